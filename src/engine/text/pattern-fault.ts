import { RE2JSSyntaxException } from 're2js';

/** Why a pattern was refused: what is wrong, where in its source (UTF-16 offset), and what would be right. */
export interface PatternFault {
  readonly code: 'syntax' | 'unsupported' | 'too_long' | 'too_large' | 'too_many' | 'matches_empty_text';
  readonly offset: number;
  readonly reason: string;
}

const unsupported: readonly { readonly sign: RegExp; readonly reason: string }[] = [
  { sign: /\(\?<?[=!]/, reason: 'look-around is not in RE2; match the whole context and highlight it instead' },
  { sign: /\\[1-9]/, reason: 'back-references are not in RE2; no linear-time engine has them' },
  { sign: /\(\?>/, reason: 'atomic groups are not in RE2, which never backtracks; use a plain group' },
  { sign: /[*+?}]\+/, reason: 'possessive quantifiers are not in RE2, which never backtracks; drop the `+`' },
  { sign: /\(\?\(/, reason: 'conditional groups are not in RE2' },
  { sign: /\(\?[R0-9&]/, reason: 'recursion is not in RE2' },
  { sign: /\\u[0-9a-fA-F]{4}|\\u\{/, reason: 'write code points as `\\x{1F600}`, which is how RE2 spells them' },
];

/** Signs inside a character class or after a backslash mean something else, so the parser's own place is asked first. */
const explain = (source: string, offset: number, fallback: string): { offset: number; reason: string } => {
  for (const { sign, reason } of unsupported) {
    const found = source.slice(Math.max(0, offset - 1)).search(sign);
    if (found >= 0 && found <= 2) return { offset: Math.max(0, offset - 1) + found, reason };
  }
  return { offset, reason: fallback };
};

/** The parser names the piece that it stumbled over, mostly up to the end of the pattern; this finds it again. */
const placeOf = (source: string, piece: string | null): number => {
  if (piece === null || piece === '') return Math.max(0, source.length - 1);
  if (piece === source) return 0;
  return Math.max(0, source.endsWith(piece) ? source.length - piece.length : source.indexOf(piece));
};

/** What an exception of the RE2 parser says about `source`. */
export const describeFault = (source: string, error: unknown): PatternFault => {
  if (!(error instanceof RE2JSSyntaxException)) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 'syntax', offset: 0, reason };
  }
  const place = placeOf(source, error.input);
  const { offset, reason } = explain(source, place, error.error);
  if (reason !== error.error) return { code: 'unsupported', offset, reason };
  if (/repeat count/.test(error.error)) {
    return { code: 'too_large', offset, reason: `${error.error}: counts multiply and may reach 1000 at most` };
  }
  return { code: /large|nesting/.test(error.error) ? 'too_large' : 'syntax', offset, reason };
};
