import type { TextPart } from '#contracts/item.ts';

/** Characters that a detector gets of a text at a time: as much as the engine hands over at once. */
const pieceLength = 20_000;
/** Characters that neighbours share, so that a sentence at the border is whole in one of them. */
const overlap = 500;

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** No character is cut in two. */
const boundary = (text: string, index: number): number => (isLowSurrogate(text.charCodeAt(index)) ? index - 1 : index);

/**
 * A text as parts of at most 20,000 UTF-16 code units that overlap by 500. Each is looked at in its own turn and with a detector's whole
 * time; the highest score counts. Ids of pieces have a `~`, which no id from outside has.
 */
export const piecesOf = (part: TextPart): readonly TextPart[] => {
  const { id, text } = part;
  if (text.length <= pieceLength) return [part];
  const pieces: TextPart[] = [];
  for (let start = 0; ; ) {
    const end = start + pieceLength >= text.length ? text.length : boundary(text, start + pieceLength);
    pieces.push({ id: `${id}~${pieces.length}`, kind: 'text', text: text.slice(start, end) });
    if (end === text.length) return pieces;
    start = boundary(text, end - overlap);
  }
};
