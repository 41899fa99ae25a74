import { Skeleton } from '@mantine/core';
import { IconClockPause, IconEraser, IconLockSquareRounded, IconPhoto, IconPhotoX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartMedia } from '#contracts/media.ts';
import type { Signal } from '#contracts/signal.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import { FoundList } from './found-list.tsx';
import { marksOf, readingOf } from './picture-evidence.ts';
import { usePictureSettings } from './picture-settings.ts';
import { PictureStage } from './picture-stage.tsx';
import { PictureToolbar } from './picture-toolbar.tsx';
import classes from './picture-viewer.module.css';
import { usePreview } from './use-preview.ts';
import { useZoom } from './use-zoom.ts';

/** What a viewer needs to know of a picture; `local` is an address in this page of a file that the person chose. */
export interface ShownPicture extends Pick<PartMedia, 'partId' | 'width' | 'height' | 'preview' | 'absence'> {
  readonly local?: string;
}

interface PictureViewerProps {
  readonly picture: ShownPicture;
  readonly trace: readonly Signal[];
  readonly revealed: boolean;
  /** Told while it is covered: how to uncover it, or why one cannot. */
  readonly coverText: string;
}

/** CSS pixels that a fitted picture is high at most: the text that belongs to it should still be seen. */
const tallestFor = (windowHeight: number): number => Math.min(520, windowHeight * 0.5);
const symbols = { pending: IconClockPause, failed: IconPhotoX, erased: IconEraser, withheld: IconLockSquareRounded };

const Absent = ({ absence }: { absence: NonNullable<PartMedia['absence']> }) => {
  const { t } = useTranslation();
  const Glyph = symbols[absence];
  return (
    <div className={classes.absent} data-absence={absence} role="note">
      <Glyph size={22} stroke={1.6} aria-hidden />
      <div>
        <p className={classes.absentTitle}>{t(`absences.${absence}.title`)}</p>
        <p>{t(`absences.${absence}.text`)}</p>
      </div>
    </div>
  );
};

const Uncovered = ({
  picture,
  address,
  trace,
}: {
  picture: ShownPicture;
  address: string;
  trace: readonly Signal[];
}) => {
  const { t } = useTranslation();
  const settings = usePictureSettings();
  const [active, setActive] = useState<string | null>(null);
  const width = picture.width ?? 800;
  const height = picture.height ?? 600;
  const zoom = useZoom(width, height, tallestFor(window.innerHeight));
  const marks = useMemo(() => marksOf(trace, picture.partId), [trace, picture.partId]);
  const reading = readingOf(trace, picture.partId);
  return (
    <>
      <PictureToolbar
        settings={settings}
        scale={zoom.scale}
        zoomed={zoom.zoomed}
        hasMarks={marks.some(({ place }) => place !== null)}
        onLarger={zoom.larger}
        onSmaller={zoom.smaller}
        onFit={zoom.reset}
      />
      <div className={classes.body} data-found={marks.length > 0 || undefined}>
        <PictureStage
          address={address}
          alt={t('picture.alt', { part: picture.partId })}
          width={width}
          height={height}
          shownWidth={zoom.shownWidth}
          stageRef={zoom.ref}
          grey={settings.grey}
          blurred={settings.blurred}
          marks={settings.marked ? marks : []}
          active={active}
          onActive={setActive}
        />
        {marks.length === 0 ? (
          <p className={classes.reading}>{t(`picture.reading_${reading}`)}</p>
        ) : (
          <div>
            <h3 className={classes.heading}>{t('picture.found')}</h3>
            <FoundList marks={marks} active={active} onActive={setActive} />
          </div>
        )}
      </div>
    </>
  );
};

/** A picture: covered until somebody decides to look; then with what was found in it, to be zoomed, greyed and blurred. */
export const PictureViewer = ({ picture, trace, revealed, coverText }: PictureViewerProps) => {
  const preview = usePreview(picture.local === undefined ? picture.preview : null, revealed);
  const { t } = useTranslation();
  if (picture.local === undefined && picture.preview === null) {
    return <Absent absence={picture.absence ?? 'pending'} />;
  }
  if (!revealed) {
    return (
      <div className={classes.cover} data-local={picture.local !== undefined || undefined}>
        {picture.local === undefined ? (
          <IconPhoto size={30} stroke={1.4} aria-hidden />
        ) : (
          <img src={picture.local} alt="" aria-hidden className={classes.backdrop} draggable={false} />
        )}
        <p>{coverText}</p>
      </div>
    );
  }
  const address = picture.local ?? preview.address;
  if (preview.error !== null) return <ProblemNotice error={preview.error} onRetry={preview.retry} />;
  if (address === null) {
    return (
      <div role="status" aria-label={t('states.loading')}>
        <Skeleton height={220} radius="md" />
      </div>
    );
  }
  return (
    <div className={classes.viewer}>
      <Uncovered picture={picture} address={address} trace={trace} />
    </div>
  );
};
