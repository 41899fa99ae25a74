import type { Term } from '#contracts/lists.ts';

/** What the words of one class mean: see `english.json`. */
export interface TermClass {
  readonly category: string;
  readonly severity: number;
}

/** The words of lines such as `['one, two', 'three']`. */
export const splitLines = (lines: readonly string[]): string[] =>
  lines.flatMap((line) =>
    line
      .split(', ')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  );

/** FNV-1a, 32 bits (Fowler, Noll, Vo), over UTF-16 code units: short, and the same everywhere. */
const hash = (text: string): string => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value.toString(16).padStart(8, '0');
};

/** A stable id: readable where the term is ASCII, a hash of it elsewhere. */
export const termIdentifier = (className: string, term: string): string => {
  const readable = term
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const plain = /^[ -~]+$/.test(term) && readable !== '' && className.length + readable.length < 60;
  return plain ? `${className}.${readable}` : `${className}.${hash(term)}`;
};

/** Terms of one word in the notation of the data files: `word`, `word*` (start), `*word*` (anywhere), `word+` (also plural). */
export const readTerm = (notation: string, className: string, { category, severity }: TermClass): Term[] => {
  const anywhere = notation.length > 2 && notation.startsWith('*') && notation.endsWith('*');
  const prefix = !anywhere && notation.endsWith('*');
  const plural = notation.endsWith('+');
  const word = anywhere ? notation.slice(1, -1) : prefix || plural ? notation.slice(0, -1) : notation;
  const mode = anywhere ? 'substring' : prefix ? 'prefix' : 'word';
  const forms = plural ? [word, `${word}s`] : [word];
  return forms.map((term) => ({ id: termIdentifier(className, term), term, category, severity, mode }));
};
