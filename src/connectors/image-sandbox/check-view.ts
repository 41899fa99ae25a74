import type { ImageView } from '#engine/ports/image-sandbox.ts';

const refuseUnlessWithin = (name: string, value: number, most: number): void => {
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw new RangeError(`\`${name}\` of a view is ${value}; it must be a whole number from 1 to ${most}.`);
};

/** WebP has no longer sides. */
const longestSide = 16_383;
const largestSquare = 2_048;

/** @throws RangeError for a view that cannot be made: a mistake of the caller's, not of the file. */
export const checkView = (view: ImageView): ImageView => {
  if (view.kind === 'square') refuseUnlessWithin('side', view.side, largestSquare);
  else refuseUnlessWithin('maximumSide', view.maximumSide, longestSide);
  if ('quality' in view) refuseUnlessWithin('quality', view.quality, 100);
  return view;
};
