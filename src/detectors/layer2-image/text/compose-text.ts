import type { TextPlace } from '#contracts/signal.ts';
import type { PlacedLine } from './read-picture.ts';

export interface ComposedText {
  readonly text: string;
  readonly places: readonly TextPlace[];
  /** Mean of the lines' confidences, each weighted by its length; 0 without text. */
  readonly confidence: number;
  readonly truncated: boolean;
}

/** As many places as a derived part may have, and a text that no layer minds. */
const MAXIMUM_LINES = 500;
const MAXIMUM_CHARACTERS = 20_000;
/** Pieces whose middles are nearer than this share of the thinner one's thickness stand beside each other. */
const SAME_ROW = 0.5;
/** Pieces of a row further apart than this many thicknesses are columns, not words of one sentence. */
const SAME_SENTENCE = 2;

const inRows = (lines: readonly PlacedLine[]): PlacedLine[][] => {
  const rows: PlacedLine[][] = [];
  for (const line of [...lines].sort((a, b) => a.turns - b.turns || a.middle - b.middle || a.start - b.start)) {
    const row = rows.at(-1);
    const first = row?.[0];
    const near =
      first !== undefined &&
      first.turns === line.turns &&
      line.middle - first.middle < SAME_ROW * Math.min(first.thickness, line.thickness);
    if (near) row!.push(line);
    else rows.push([line]);
  }
  for (const row of rows) row.sort((a, b) => a.start - b.start);
  return rows;
};

/** What tells whether a later frame says something new. */
const wording = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, '');

/**
 * One text out of the lines of a picture's frames: from the top to the bottom and in a row from the left to the right; pieces of a row joined by
 * a space, rows and columns by a line break. Words that are turned the same way are read together, as if the picture were turned for them. A line
 * that an earlier frame had already is left out.
 */
export const composeText = (frames: readonly (readonly PlacedLine[])[]): ComposedText => {
  const places: TextPlace[] = [];
  const known = new Set<string>();
  let text = '';
  let weighted = 0;
  let characters = 0;
  for (const frame of frames) {
    const fresh = frame.filter((line) => !known.has(wording(line.text)));
    for (const line of fresh) known.add(wording(line.text));
    for (const row of inRows(fresh)) {
      let last: number | undefined;
      for (const line of row) {
        const beside = last !== undefined && line.start - last < SAME_SENTENCE * line.thickness;
        const separator = text === '' ? '' : beside ? ' ' : '\n';
        const start = text.length + separator.length;
        const end = start + line.text.length;
        if (places.length === MAXIMUM_LINES || end > MAXIMUM_CHARACTERS) {
          return { text, places, confidence: weighted / characters, truncated: true };
        }
        text += separator + line.text;
        const { x, y, width, height } = line;
        places.push({ start, end, x, y, width, height });
        weighted += line.confidence * line.text.length;
        characters += line.text.length;
        last = line.end;
      }
    }
  }
  return { text, places, confidence: characters === 0 ? 0 : weighted / characters, truncated: false };
};
