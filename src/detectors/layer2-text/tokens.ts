import { foldText } from './fold-text.ts';

/** What a token is: a word, a stand-in for a link, address or handle, an emoji or sign, or letters spelled out. */
export type TokenKind = 'word' | 'placeholder' | 'sign' | 'spelled';

/** One token; `start` and `end` are UTF-16 offsets into the original text, `end` exclusive. */
export interface Token {
  readonly text: string;
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/** A token in folded coordinates, before mapping back. */
interface RawToken {
  text: string;
  kind: TokenKind;
  from: number;
  to: number;
}

const USER = '\u0001user';
const LINK = '\u0001link';
const MAIL = '\u0001mail';

/** Stand-ins that corpora and platforms write for masked content, and the token each becomes. */
const STAND_INS: ReadonlyMap<string, RawToken['text']> = new Map([
  ['user', USER],
  ['url', LINK],
  ['link', LINK],
  ['email', MAIL],
  ['number', '0'],
  ['percent', '0'],
  ['money', '$'],
  ['time', '0'],
  ['date', '0'],
  ['phone', '000000'],
]);

// Sticky and bounded, so that each costs a constant at any position whatever the text.
const STAND_IN = /[[<]{1,2}(user|url|link|email|number|percent|money|time|date|phone)[\]>]{1,2}/y;
const ENTITY = /&(?:amp|lt|gt|quot|nbsp|apos|#\d{1,6});/y;
const ADDRESS = /(?:h(?:tt|xx)ps?:\/\/|www\.)[^\s<>"]{1,2048}/y;
const HANDLE = /@[a-z0-9_]{1,40}/y;
const MAILBOX = /[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/y;
const BARE_DOMAIN =
  /(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|info|biz|co|io|ly|xyz|ru|cn|gl|club|site|online|shop|top)(?![a-z0-9])(?:\/[^\s<>"]{0,2048})?/y;

const LETTER = /\p{L}/u;
const NUMBER = /\p{N}/u;
const PICTOGRAPH = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u;
const APOSTROPHES = new Set(["'", '\u2019', '\u2018', '`', '\u00b4', '\u02bc']);
const CURRENCY = new Set(['$', '\u00a3', '\u20ac', '\u00a5', '%']);
/** Signs written in place of a letter inside a word; `*` and `#` hide a letter without saying which. */
const SIGN_LETTERS: ReadonlyMap<string, string> = new Map([
  ['@', 'a'],
  ['$', 's'],
  ['!', 'i'],
  ['|', 'i'],
  ['+', 't'],
  ['*', '*'],
  ['#', '*'],
]);
const DIGIT_LETTERS: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'i'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['7', 't'],
]);

const NONE = 0;
const IS_LETTER = 1;
const IS_DIGIT = 2;
const IS_PICTOGRAPH = 3;

/** Longest word kept whole; the rest of a longer run becomes further words. */
const WORD_LIMIT = 40;

function classAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0x80) {
    if (unit >= 0x61 && unit <= 0x7a) return IS_LETTER;
    return unit >= 0x30 && unit <= 0x39 ? IS_DIGIT : NONE;
  }
  if (Number.isNaN(unit)) return NONE;
  const character = String.fromCodePoint(text.codePointAt(index) ?? unit);
  if (LETTER.test(character)) return IS_LETTER;
  if (NUMBER.test(character)) return IS_DIGIT;
  return PICTOGRAPH.test(character) ? IS_PICTOGRAPH : NONE;
}

function widthAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

/** A word's canonical spelling: signs and inner digits read as letters, other digits as 0, stretched letters as one. */
function canonicalWord(word: string): string {
  let plain = true;
  for (let index = 0; index < word.length && plain; index += 1) {
    const unit = word.charCodeAt(index);
    plain = unit >= 0x61 && unit <= 0x7a;
  }
  let decoded = word;
  if (!plain) {
    const letters = Array.from(word);
    const isLetter = letters.map((letter) => LETTER.test(letter));
    const first = isLetter.indexOf(true);
    const last = isLetter.lastIndexOf(true);
    decoded = letters
      .map((letter, index) => {
        const inside = first >= 0 && index > first && index < last;
        if (NUMBER.test(letter)) return inside ? (DIGIT_LETTERS.get(letter) ?? '0') : '0';
        return SIGN_LETTERS.get(letter) ?? letter;
      })
      .join('');
  }
  return decoded.replace(/([^0*])\1{2,}/gu, '$1').replace(/0{7,}/g, '000000');
}

/** End of the word that starts at `from`: letters, digits, inner apostrophes, and signs that stand for letters. */
function wordEnd(text: string, from: number): number {
  let index = from;
  while (index < text.length && index - from < WORD_LIMIT) {
    const kind = classAt(text, index);
    if (kind === IS_LETTER || kind === IS_DIGIT) {
      index += widthAt(text, index);
      continue;
    }
    const character = text.charAt(index);
    if (APOSTROPHES.has(character) && index > from && classAt(text, index + 1) === IS_LETTER) {
      index += 1;
      continue;
    }
    if (!SIGN_LETTERS.has(character) || (index === from && character !== '$')) break;
    let next = index + 1;
    while (next < text.length && next - index < 6 && SIGN_LETTERS.has(text.charAt(next))) next += 1;
    const closes = character === '$' && next === index + 2 && classAt(text, index - 1) === IS_LETTER;
    if (classAt(text, next) === IS_LETTER || closes) {
      index = next;
      continue;
    }
    break;
  }
  return index;
}

/** Joins runs of three or more single letters (`k y s`, `f.u.c.k`) into one spelled-out word. */
function joinSpelled(tokens: readonly RawToken[]): RawToken[] {
  const joined: RawToken[] = [];
  let index = 0;
  while (index < tokens.length) {
    let end = index;
    for (let next = tokens[end]; next !== undefined; next = tokens[end]) {
      if (next.kind !== 'word' || next.text.length !== 1 || classAt(next.text, 0) !== IS_LETTER) break;
      const previous = tokens[end - 1];
      if (end > index && previous !== undefined && next.from - previous.to > 2) break;
      end += 1;
    }
    const first = tokens[index];
    const last = tokens[end - 1];
    if (first !== undefined && last !== undefined && end - index >= 3) {
      const text = canonicalWord(
        tokens
          .slice(index, Math.min(end, index + WORD_LIMIT))
          .map((token) => token.text)
          .join(''),
      );
      joined.push({ text, kind: 'spelled', from: first.from, to: last.to });
      index = end;
    } else if (first !== undefined) {
      joined.push(first);
      index += 1;
    }
  }
  return joined;
}

/** A stand-in, link, address or handle at this place, if there is one. */
function placeholderAt(text: string, index: number): RawToken | undefined {
  const character = text.charAt(index);
  const wordStart = index === 0 || classAt(text, index - 1) === NONE;
  if (character === '[' || character === '<') {
    const match = matchAt(STAND_IN, text, index);
    if (match === null) return undefined;
    const standIn = STAND_INS.get(match[1] ?? '') ?? LINK;
    return { text: standIn, kind: 'placeholder', from: index, to: index + match[0].length };
  }
  if (!wordStart) return undefined;
  let match = character === 'h' || character === 'w' ? matchAt(ADDRESS, text, index) : null;
  if (match !== null) return { text: LINK, kind: 'placeholder', from: index, to: index + match[0].length };
  if (character === '@') {
    match = matchAt(HANDLE, text, index);
    return match === null ? undefined : { text: USER, kind: 'placeholder', from: index, to: index + match[0].length };
  }
  match = matchAt(MAILBOX, text, index);
  if (match !== null) return { text: MAIL, kind: 'placeholder', from: index, to: index + match[0].length };
  match = matchAt(BARE_DOMAIN, text, index);
  return match === null ? undefined : { text: LINK, kind: 'placeholder', from: index, to: index + match[0].length };
}

function scan(text: string): RawToken[] {
  const tokens: RawToken[] = [];
  let index = 0;
  while (index < text.length) {
    const unit = text.charCodeAt(index);
    if (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
      index += 1;
      continue;
    }
    const kind = classAt(text, index);
    const character = text.charAt(index);
    if (kind === IS_LETTER || kind === IS_DIGIT || character === '@' || character === '[' || character === '<') {
      const placeholder = placeholderAt(text, index);
      if (placeholder !== undefined) {
        tokens.push(placeholder);
        index = placeholder.to;
        continue;
      }
    }
    if (character === '&') {
      const entity = matchAt(ENTITY, text, index);
      index += entity === null ? 1 : entity[0].length;
      continue;
    }
    const end = kind === IS_LETTER || kind === IS_DIGIT || character === '$' ? wordEnd(text, index) : index;
    if (end > index) {
      tokens.push({
        text: canonicalWord(text.slice(index, end).replace(/['’‘`´ʼ]/gu, '')),
        kind: 'word',
        from: index,
        to: end,
      });
      index = end;
      continue;
    }
    const width = widthAt(text, index);
    if (kind === IS_PICTOGRAPH || CURRENCY.has(character)) {
      tokens.push({ text: text.slice(index, index + width), kind: 'sign', from: index, to: index + width });
    } else if (character === '!' && text.charAt(index + 1) === '!') {
      let stop = index + 2;
      while (text.charAt(stop) === '!') stop += 1;
      tokens.push({ text: '!!', kind: 'sign', from: index, to: stop });
      index = stop;
      continue;
    }
    index += width;
  }
  return tokens;
}

/**
 * Splits a text into canonical tokens with their places in the original. Deterministic and linear in the length of the
 * text; words are canonical forms (see `canonicalWord`), not substrings.
 */
export function tokenize(original: string): Token[] {
  const { folded, starts, ends } = foldText(original);
  return joinSpelled(scan(folded)).map(({ text, kind, from, to }) => ({
    text,
    kind,
    start: starts[from] ?? 0,
    end: ends[to - 1] ?? original.length,
  }));
}
