import { useCallback, useEffect, useRef, useState } from 'react';
import { type MediaAnswer, mediaAnswerSchema } from '#contracts/media.ts';
import { upload } from '../api/upload.ts';

/** A picture on its way to the server, or there. */
export interface PictureUpload {
  readonly file: File;
  /** An address of the file in this page, until it is removed. */
  readonly address: string;
  /** How much has been sent, 0..1; 1 also while the server looks at it. */
  readonly progress: number;
  readonly media: MediaAnswer | null;
  readonly error: unknown;
}

/** Sends one picture at a time to `POST /v1/media`. Another one, or removing it, calls off what is under way. */
export const usePictureUpload = () => {
  const [picture, setPicture] = useState<PictureUpload | null>(null);
  const running = useRef<{ controller: AbortController; address: string } | null>(null);

  const stop = useCallback(() => {
    running.current?.controller.abort();
    if (running.current !== null) URL.revokeObjectURL(running.current.address);
    running.current = null;
  }, []);
  useEffect(() => stop, [stop]);

  const send = useCallback(
    async (file: File): Promise<MediaAnswer | null> => {
      stop();
      const own = { controller: new AbortController(), address: URL.createObjectURL(file) };
      running.current = own;
      const update = (change: Partial<PictureUpload>) => {
        if (running.current === own) setPicture((before) => (before === null ? null : { ...before, ...change }));
      };
      setPicture({ file, address: own.address, progress: 0, media: null, error: null });
      const form = new FormData();
      form.append('file', file, file.name);
      try {
        const media = await upload('/v1/media', mediaAnswerSchema, form, {
          signal: own.controller.signal,
          onProgress: (progress) => update({ progress }),
        });
        update({ media, progress: 1 });
        return media;
      } catch (error) {
        if (!own.controller.signal.aborted) update({ error });
        return null;
      }
    },
    [stop],
  );
  const remove = useCallback(() => {
    stop();
    setPicture(null);
  }, [stop]);
  return { picture, send, remove };
};
