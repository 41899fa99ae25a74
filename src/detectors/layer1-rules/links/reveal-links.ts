import { TextView } from '#engine/text/text-view.ts';
import { UnitBuffer } from '#engine/text/unit-buffer.ts';
import hosts from './data/hosts.json' with { type: 'json' };

const letterOrDigit = '[\\p{L}\\p{N}]';
const spoken = `(?:${hosts.spokenSuffixes.join('|')})(?![\\p{L}\\p{N}])`;

/** Cheap look: most texts hold nothing of the sort and are read as they are. */
const worthReading =
  /h[x*]{2}ps?\b|[[({<]\s{0,2}(?:\.|dot|d0t|punkt|punto|point|at|@|:)|\s(?:dot|d0t|punkt|punto)\s|\s\.\s{0,2}[a-z]|[\u00ad\u200b-\u200f\u2024\u2060-\u2064\u3002\ufe52\ufeff-\uff61\u24b6-\u24e9]|\ud835/i;

const brackets = (inside: string): string => `\\s{0,2}[\\[({<]\\s{0,2}(?:${inside})\\s{0,2}[\\])}>]\\s{0,2}`;

/** The ways that a link is written so that no machine follows it. The group that matched says what it stands for. */
const disguises = new RegExp(
  [
    '(?<scheme>(?<![\\p{L}\\p{N}])h[x*]{2}p(?=s?(?:\\[|:)))',
    '(?<colon>\\[:\\]|\\[:\\/\\/\\])',
    `(?<dot>(?<=${letterOrDigit})${brackets('\\.|dot|d0t|punkt|punto|point')}(?=${letterOrDigit}))`,
    `(?<at>(?<=${letterOrDigit})${brackets('at|@|ät|arroba')}(?=${letterOrDigit}))`,
    `(?<said>(?<=${letterOrDigit})\\s{1,2}(?:dot|d0t|punkt|punto)\\s{1,2}(?=${spoken}))`,
    `(?<www>(?<=(?<!${letterOrDigit})www)\\s{1,2}(?:dot|d0t|punkt|punto)\\s{1,2}(?=${letterOrDigit}))`,
    `(?<apart>(?<=${letterOrDigit})\\s{1,2}\\.(?!NET)\\s{0,2}(?=${spoken}))`,
    `(?<foreign>(?<=${letterOrDigit})[\\u3002\\uff61\\u2024\\ufe52\\uff0e](?=${letterOrDigit}))`,
    '(?<invisible>[\\u00ad\\u200b-\\u200f\\u2060-\\u2064\\ufeff]+)',
    '(?<styled>[\\uff01-\\uff5e\\u24b6-\\u24e9\\u{1d400}-\\u{1d7ff}])',
  ].join('|'),
  'giu',
);

/** Words that make what follows a figure of speech or a name: "the dot com bubble", "written in .NET", "what about the .com". */
const figureOfSpeech =
  /(?:^|[^\p{L}\p{N}])(?:the|a|an|this|that|early|every|some|any|each|old|new|big|your|my|its|into|with|for|in|on|as|at|what|about|use|using|of|is|are|was|or|and|to|than|like|not|no|both|all|plus|microsoft|asp)$/iu;

const standsFor = (groups: Record<string, string | undefined>, found: string, before: string): string => {
  if (groups.scheme !== undefined) return 'http';
  if (groups.colon !== undefined) return groups.colon.includes('/') ? '://' : ':';
  if (groups.at !== undefined) return '@';
  if (groups.invisible !== undefined) return '';
  if (groups.styled !== undefined) return found.normalize('NFKC');
  if ((groups.said !== undefined || groups.apart !== undefined) && figureOfSpeech.test(before)) return found;
  return '.';
};

/**
 * The text with disguised links written out: `hxxp`, `example[.]com`, "example dot com", full-width and mathematical letters, foreign
 * full stops, invisible characters. Letters of other alphabets stay, since a look-alike domain is known by them. Linear time.
 */
export const revealLinks = (text: string): TextView => {
  if (!worthReading.test(text)) return new TextView('folded', text);
  const buffer = new UnitBuffer(text.length + 16);
  let copied = 0;
  const copyUntil = (end: number): void => {
    for (; copied < end; copied += 1) buffer.push(text.charCodeAt(copied), copied, copied + 1);
  };
  for (const match of text.matchAll(disguises)) {
    const [found] = match;
    copyUntil(match.index);
    const before = text.slice(Math.max(0, match.index - 16), match.index);
    buffer.pushText(standsFor(match.groups ?? {}, found, before), match.index, match.index + found.length);
    copied = match.index + found.length;
  }
  copyUntil(text.length);
  return new TextView(
    'folded',
    buffer.toString(),
    buffer.starts.subarray(0, buffer.length),
    buffer.ends.subarray(0, buffer.length),
  );
};
