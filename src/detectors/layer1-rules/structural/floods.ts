import type { Span } from '#engine/text/text-view.ts';
import { between, type Finding } from './finding.ts';

const maximumSpans = 10;

const spansOf = (text: string, pattern: RegExp, count = maximumSpans): Span[] => {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    if (spans.length >= count) break;
    spans.push({ start: match.index, end: match.index + match[0].length });
  }
  return spans;
};

const fewestCasedLetters = 24;
const fewestCapitalWords = 4;

/** Most of a text in capitals. Needs several words too long to be acronyms; scripts without case never get here. */
export const findCapitals = (text: string): Finding | undefined => {
  let upper = 0;
  let lower = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 128) {
      if (unit >= 65 && unit <= 90) upper += 1;
      else if (unit >= 97 && unit <= 122) lower += 1;
    } else if (unit >= 0xc0 && unit < 0x590) {
      const letter = text[index]!;
      if (letter !== letter.toLowerCase()) upper += 1;
      else if (letter !== letter.toUpperCase()) lower += 1;
    }
  }
  const share = upper / (upper + lower);
  if (upper + lower < fewestCasedLetters || share < 0.7) return undefined;
  const words = spansOf(text, /(?<![\p{L}\p{N}_])\p{Lu}{5,}(?![\p{L}\p{N}_])/gu, 1_000);
  if (words.length < fewestCapitalWords) return undefined;
  return {
    name: 'capitals',
    label: `${Math.round(share * 100)} % capitals`,
    weight: between(upper, fewestCasedLetters, 200, 0.12, 0.25),
    value: Math.round(share * 100) / 100,
    spans: words.slice(0, maximumSpans),
  };
};

/** Rows of exclamation marks, alone or with question marks and ones among them. */
export const findExclamations = (text: string): Finding | undefined => {
  let marks = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x21 || unit === 0xff01 || unit === 0xa1) marks += 1;
  }
  if (marks < 5 || marks / text.length < 0.03) return undefined;
  const rows = spansOf(text, /[!！][!！?？1]{2,}/g);
  if (rows.length === 0) return undefined;
  return {
    name: 'exclamations',
    label: `${marks} exclamation marks`,
    weight: between(marks, 5, 40, 0.1, 0.3),
    value: marks,
    spans: rows,
  };
};

/** Pictures enough to drown the words. A message of emoji alone is a greeting until it fills the screen. */
export const findEmojiFlood = (text: string): Finding | undefined => {
  if (!/[\u2600-\u27bf\ud83c-\ud83e]/.test(text)) return undefined;
  const emoji = spansOf(
    text,
    /\p{Extended_Pictographic}(?:\ufe0f|[\u{1f3fb}-\u{1f3ff}]|\u200d\p{Extended_Pictographic})*/gu,
    5_000,
  );
  const words = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  const flood = words === 0 ? emoji.length >= 60 : emoji.length >= 10 && emoji.length > words;
  if (!flood) return undefined;
  return {
    name: 'emoji_flood',
    label: `${emoji.length} emoji beside ${words} words`,
    weight: between(emoji.length, 10, 100, 0.15, 0.35),
    value: emoji.length,
    spans: [{ start: emoji[0]!.start, end: emoji[emoji.length - 1]!.end }],
  };
};

/** Letters that laugh or sigh when repeated: ha, w and 5 (Japanese, Thai laughter), ㅋ, ㅎ, 哈, 呵, ｗ, 笑, ه, х. */
const laughter = /[hwaoeiuｗ5ㅋㅎㅠㅜ哈呵嘿嘻笑草هخха]/iu;

/** One letter or sign hundreds of times. Rules of dashes, dots and stars belong to layout. */
export const findCharacterFlood = (text: string): Finding | undefined => {
  let best = 0;
  let bestEnd = 0;
  let run = 1;
  for (let index = 1; index <= text.length; index += 1) {
    if (index < text.length && text.charCodeAt(index) === text.charCodeAt(index - 1)) {
      run += 1;
      continue;
    }
    if (run > best && run >= 20) {
      const character = text[index - 1]!;
      const needed = laughter.test(character) ? 100 : 24;
      if (run >= needed && /[\p{L}$€£¥?]/u.test(character)) {
        best = run;
        bestEnd = index;
      }
    }
    run = 1;
  }
  if (best === 0) return undefined;
  return {
    name: 'character_flood',
    label: `one character ${best} times`,
    weight: between(best, 24, 300, 0.15, 0.5),
    value: best,
    spans: [{ start: bestEnd - best, end: bestEnd }],
  };
};
