import type { ImageFacts } from '#contracts/media.ts';
import type { DetectorContext } from '#engine/ports/detector.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import type { ModelContent } from '#engine/ports/language-model.ts';
import { harmless } from './data-fence.ts';

/** A text of the item as it is sent, made harmless. */
export interface MaterialText {
  /** What it is, in our words: `title`, `text`, `text read in picture 1`. */
  readonly label: string;
  readonly text: string;
}

export interface Material {
  readonly texts: readonly MaterialText[];
  /** The same as they came, for whoever looks for what is hidden in them. */
  readonly raw: readonly string[];
  readonly pictures: readonly { readonly sha256: string }[];
  /**
   * True where the model does not see the item as people do: a picture that it cannot see, frames after the first, sound, the rest of a long
   * text, letters that are shown in another order than they stand in.
   */
  readonly incomplete: boolean;
}

/** Characters of one item that a model reads. About 4,000 tokens; longer items are judged by what they begin with, and never cleared. */
const longestItem = 12_000;
/** Of them as they came, what no reader sees included. What lies behind is not looked at by anybody here. */
const longestRaw = 2 * longestItem;
const mostPictures = 4;

const factsOf = ({ files }: DetectorContext, partId: string): ImageFacts | undefined => {
  const file = files?.get(partId);
  return file?.status === 'ok' ? file.facts : undefined;
};

/** What turns the order of letters around for the eye only: a model reads such a text backwards. */
const turnedAround = /[\u202d\u202e]/;

/** Everything of the item that a model can be shown: title, texts, texts found in its pictures, and the pictures themselves. */
export const materialOf = (context: DetectorContext, showsPictures: boolean): Material => {
  const { item, signals } = context;
  const texts: MaterialText[] = [];
  const raw: string[] = [];
  const pictures: { sha256: string }[] = [];
  let left = longestItem;
  let rawLeft = longestRaw;
  let incomplete = false;
  const add = (label: string, text: string): void => {
    const looked = text.slice(0, rawLeft);
    const shown = harmless(looked);
    rawLeft -= looked.length;
    if (looked !== '') raw.push(looked);
    if (looked.length < text.length || shown.length > left || turnedAround.test(looked)) incomplete = true;
    if (left > 0 && shown !== '') texts.push({ label, text: shown.slice(0, left).toWellFormed() });
    left = Math.max(0, left - shown.length);
  };
  if (item.title !== undefined && item.title !== '') add('title', item.title);
  let number = 0;
  for (const part of item.parts) {
    if (part.kind === 'text') {
      add('text', part.text);
      continue;
    }
    number += 1;
    const facts = factsOf(context, part.id);
    if (showsPictures && facts !== undefined && pictures.length < mostPictures) {
      pictures.push({ sha256: facts.sha256 });
      // A model is shown the first frame; what comes after it nobody has looked at.
      if (facts.frames > 1) incomplete = true;
    } else incomplete = true;
    for (const { derivedParts } of signals) {
      for (const derived of derivedParts ?? []) {
        if (derived.fromPartId === part.id && derived.text !== undefined)
          add(`text read in picture ${number}`, derived.text);
      }
    }
  }
  return { texts, raw, pictures, incomplete };
};

/** The side that vision models take without cutting a picture into many tiles. */
const pictureView = { kind: 'jpeg', maximumSide: 768, quality: 80 } as const;

/** The pictures, encoded anew without metadata; undefined where one of them cannot be had. */
export const loadPictures = async (
  pictures: Material['pictures'],
  images: StoredImages | undefined,
  abort: AbortSignal,
): Promise<readonly ModelContent[] | undefined> => {
  if (pictures.length === 0) return [];
  if (images === undefined) return undefined;
  try {
    const views = await Promise.all(pictures.map(({ sha256 }) => images.view(sha256, pictureView, abort)));
    return views.map(([view]) => {
      if (view === undefined) throw new Error('a picture without a frame');
      return { kind: 'image', type: view.type, data: view.data } as const;
    });
  } catch {
    return undefined;
  }
};
