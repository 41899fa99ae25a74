import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PartMedia } from '#contracts/media.ts';
import type { Signal } from '#contracts/signal.ts';
import { Keys } from '../shortcuts/keys.tsx';
import { useShortcut } from '../shortcuts/use-shortcut.ts';
import { PictureFacts } from './picture-facts.tsx';
import classes from './picture-viewer.module.css';
import { PictureViewer } from './picture-viewer.tsx';

interface PictureGalleryProps {
  readonly media: readonly PartMedia[];
  readonly trace: readonly Signal[];
  readonly revealed: boolean;
  readonly coverText: string;
}

/** The pictures of an item, one at a time: whoever looks at one has not asked for the others. */
export const PictureGallery = ({ media, trace, revealed, coverText }: PictureGalleryProps) => {
  const { t } = useTranslation();
  const [index, setIndex] = useState(0);
  const current = media[Math.min(index, media.length - 1)];
  const several = media.length > 1;
  const move = (by: number) => setIndex((before) => (before + by + media.length) % media.length);
  const group = t('picture.group');
  useShortcut({ keys: '[', label: t('picture.previous'), group, active: several, run: () => move(-1) });
  useShortcut({ keys: ']', label: t('picture.next'), group, active: several, run: () => move(1) });
  if (current === undefined) return null;
  return (
    <div className={classes.viewer}>
      {several ? (
        <div className={classes.gallery}>
          <span className={classes.position} aria-live="polite">
            {t('picture.position', { number: index + 1, of: media.length })}
          </span>
          <Button size="compact-sm" variant="default" onClick={() => move(-1)} rightSection={<Keys keys="[" />}>
            {t('picture.previous')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => move(1)} rightSection={<Keys keys="]" />}>
            {t('picture.next')}
          </Button>
        </div>
      ) : null}
      <PictureViewer key={current.partId} picture={current} trace={trace} revealed={revealed} coverText={coverText} />
      <PictureFacts key={`${current.partId} facts`} media={current} />
    </div>
  );
};
