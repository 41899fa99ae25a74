import { Button, CloseButton, Progress } from '@mantine/core';
import { IconPhotoPlus } from '@tabler/icons-react';
import { type DragEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes, count } from '../format.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import classes from './picture-drop.module.css';
import { acceptedPictures, fileIn, pictureIn } from './picture-files.ts';
import type { PictureUpload } from './use-picture-upload.ts';

interface PictureDropProps {
  readonly picture: PictureUpload | null;
  readonly onFile: (file: File) => void;
  readonly onRemove: () => void;
  /** What the picture is wanted for, in a line. */
  readonly hint: string;
  /** Takes pictures that are pasted anywhere on the page, too. */
  readonly takesPaste?: boolean;
  /** The button that chooses, so that a shortcut can press it. */
  readonly button?: RefObject<HTMLButtonElement | null>;
}

const Chosen = ({ picture, onRemove }: { picture: PictureUpload; onRemove: () => void }) => {
  const { t } = useTranslation();
  const { file, media, error, progress } = picture;
  const facts =
    media === null
      ? bytes(file.size)
      : [
          t('picture.size', { width: count(media.width), height: count(media.height) }),
          media.type.replace('image/', '').toUpperCase(),
          bytes(media.bytes),
          ...(media.frames > 1 ? [t('picture.frames', { count: media.frames })] : []),
        ].join(' · ');
  return (
    <div className={classes.chosen} data-failed={error !== null || undefined}>
      <span className={classes.thumb} aria-hidden>
        {error === null ? <img src={picture.address} alt="" draggable={false} /> : null}
      </span>
      <div className={classes.body}>
        <p className={classes.name}>{file.name === '' ? t('picture.pasted') : file.name}</p>
        <p className={classes.facts}>{facts}</p>
        {media === null && error === null ? (
          <>
            <Progress value={progress * 100} size="sm" mt={4} aria-label={t('picture.uploading')} />
            <p className={classes.facts} role="status">
              {progress < 1
                ? t('picture.uploadingShare', { percent: Math.round(progress * 100) })
                : t('picture.reading')}
            </p>
          </>
        ) : null}
      </div>
      <CloseButton aria-label={t('picture.remove')} onClick={onRemove} />
    </div>
  );
};

/** Where a picture is dropped, pasted or chosen; then the picture itself, how far its upload is, and what went wrong with it. */
export const PictureDrop = ({
  picture,
  onFile,
  onRemove,
  hint,
  takesPaste = false,
  button,
}: PictureDropProps): ReactNode => {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = useRef(onFile);
  take.current = onFile;
  useEffect(() => {
    if (!takesPaste) return;
    const paste = (event: ClipboardEvent) => {
      const file = pictureIn(event.clipboardData);
      if (file === null) return;
      event.preventDefault();
      take.current(file);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [takesPaste]);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = pictureIn(event.dataTransfer) ?? fileIn(event.dataTransfer);
    if (file !== null) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a help for the mouse; the button inside does the same
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        accept={acceptedPictures}
        hidden
        aria-label={t('picture.choose')}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
      {picture === null ? (
        <div className={classes.empty}>
          <Button
            ref={button}
            variant="default"
            leftSection={<IconPhotoPlus size={17} stroke={1.7} aria-hidden />}
            onClick={() => input.current?.click()}
          >
            {t('picture.choose')}
          </Button>
          <p className={classes.hint}>{hint}</p>
        </div>
      ) : (
        <Chosen picture={picture} onRemove={onRemove} />
      )}
      {picture === null || picture.error === null ? null : <ProblemNotice error={picture.error} compact />}
    </div>
  );
};
