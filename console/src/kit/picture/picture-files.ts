import { imageTypes } from '#contracts/media.ts';

/** For file inputs: what Tidegate decodes. */
export const acceptedPictures = imageTypes.join(',');

/** The first picture among dropped or pasted things; the server decides by the bytes whether it really is one. */
export const pictureIn = (transfer: DataTransfer | null): File | null => {
  for (const item of transfer?.items ?? []) {
    const file = item.kind === 'file' ? item.getAsFile() : null;
    if (file?.type.startsWith('image/')) return file;
  }
  return null;
};

/** The first file among dropped things, whatever it says that it is. */
export const fileIn = (transfer: DataTransfer | null): File | null => transfer?.files[0] ?? null;
