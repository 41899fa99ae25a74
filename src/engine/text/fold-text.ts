import { characterClass, classOfUnit, isAsciiLetter, isWordUnit } from './character-class.ts';
import type { EvasionStatistics } from './evasion.ts';
import { foldedCharacter, foldKind } from './fold-character.ts';
import { closeTwin, cyrillicTwin, isCyrillic, isForeignLetter, mixedTwin } from './look-alikes.ts';
import { TextView } from './text-view.ts';
import { UnitBuffer } from './unit-buffer.ts';

const plainAscii = /^[\t\n\r -~]*$/;
const blackFlag = 0x1f3f4;

const isRegionalIndicator = (codePoint: number): boolean => codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff;

interface Folding {
  readonly buffer: UnitBuffer;
  /** True where something in the text joins with its neighbour. */
  composing: boolean;
}

const foldCharacters = (text: string, evasion: EvasionStatistics): Folding => {
  const buffer = new UnitBuffer(text.length + 16);
  let composing = false;
  let invisibles = 0;
  let markPile = 0;
  let previous = 0;
  for (let index = 0; index < text.length; ) {
    const codePoint = text.codePointAt(index)!;
    const end = index + (codePoint > 0xffff ? 2 : 1);
    const { text: letters, kind } = foldedCharacter(codePoint);
    if (letters === '') {
      if (kind === foldKind.mark) {
        evasion.marks += 1;
        markPile += 1;
        if (markPile > evasion.longestMarkPile) evasion.longestMarkPile = markPile;
        // A mark belongs to the letter under it, so that highlighting the letter covers it.
        if (buffer.length > 0) buffer.ends[buffer.length - 1] = end;
      } else if (kind === foldKind.tag) {
        if (previous !== blackFlag) evasion.tags += 1;
      } else if (kind === foldKind.bidirectional) evasion.bidirectional += 1;
      else if (kind === foldKind.invisible) invisibles += 1;
      index = end;
      continue;
    }
    markPile = 0;
    previous = codePoint;
    const first = letters.charCodeAt(0);
    if (invisibles > 0) {
      const before = buffer.length > 0 ? buffer.units[buffer.length - 1]! : 0;
      // Joiners are ordinary spelling in Persian and Indic words; nothing hides between Latin letters but by intent.
      if (isWordUnit(before) && isWordUnit(first) && (before < 128 || first < 128))
        evasion.invisibleInWords += invisibles;
      invisibles = 0;
    }
    if (kind === foldKind.styled && !isRegionalIndicator(codePoint)) evasion.styledLetters += 1;
    if (kind === foldKind.composing) composing = true;
    buffer.pushText(letters, index, end);
    index = end;
  }
  return { buffer, composing };
};

/** Reads one word, `from..to` of the buffer, in the alphabet that its writer meant. */
const foldWord = (buffer: UnitBuffer, from: number, to: number, evasion: EvasionStatistics): void => {
  const { units } = buffer;
  let latin = 0;
  let latinWithTwin = 0;
  let foreign = 0;
  let close = 0;
  let cyrillic = 0;
  for (let index = from; index < to; index += 1) {
    const unit = units[index]!;
    if (isAsciiLetter(unit)) {
      latin += 1;
      if (cyrillicTwin[unit] !== 0) latinWithTwin += 1;
    } else if (isForeignLetter(unit)) {
      foreign += 1;
      if (closeTwin[unit] !== 0) close += 1;
      if (isCyrillic(unit)) cyrillic += 1;
    }
  }
  if (foreign === 0) return;
  if (latin === 0) {
    if (close < foreign) return;
    for (let index = from; index < to; index += 1) units[index] = closeTwin[units[index]!] || units[index]!;
    return;
  }
  if (cyrillic > latin && latinWithTwin === latin && close < cyrillic) {
    evasion.mixedAlphabetLetters += latin;
    for (let index = from; index < to; index += 1) {
      const unit = units[index]!;
      if (unit < 128 && cyrillicTwin[unit] !== 0) units[index] = cyrillicTwin[unit]!;
    }
    return;
  }
  for (let index = from; index < to; index += 1) {
    const twin = mixedTwin[units[index]!]!;
    if (twin === 0 || !isForeignLetter(units[index]!)) continue;
    evasion.mixedAlphabetLetters += 1;
    units[index] = twin;
  }
};

const foldWords = (buffer: UnitBuffer, evasion: EvasionStatistics): void => {
  let from = -1;
  for (let index = 0; index <= buffer.length; index += 1) {
    const inWord = index < buffer.length && classOfUnit[buffer.units[index]!] === characterClass.letter;
    if (inWord && from < 0) from = index;
    if (!inWord && from >= 0) {
      foldWord(buffer, from, index, evasion);
      from = -1;
    }
  }
};

/** 1 for a code unit that joins what stands before it. */
const composingUnits: Uint8Array = (() => {
  const units = new Uint8Array(65_536);
  for (let unit = 0x300; unit < 0xd800; unit += 1) {
    if (/[\p{M}\u1160-\u11ff]/u.test(String.fromCharCode(unit))) units[unit] = 1;
  }
  return units;
})();
/** Longer piles than any script uses are composed in pieces, which keeps the work linear. */
const longestCluster = 32;

/** Puts back together what belongs to one character: Kana and its voicing mark, Hangul jamo, Indic signs. */
const composeClusters = (source: UnitBuffer): UnitBuffer => {
  const composed = new UnitBuffer(source.length);
  for (let index = 0; index < source.length; ) {
    let end = index + 1;
    while (end < source.length && end - index < longestCluster && composingUnits[source.units[end]!] === 1) end += 1;
    if (end === index + 1) composed.push(source.units[index]!, source.starts[index]!, source.ends[index]!);
    else {
      const cluster = String.fromCharCode(...source.units.subarray(index, end)).normalize('NFC');
      composed.pushText(cluster, source.starts[index]!, source.ends[end - 1]!);
    }
    index = end;
  }
  return composed;
};

/**
 * The folded reading of a text: compatibility forms (NFKC), lower case, no invisible characters, no decorative marks, look-alikes
 * read as the letter that they pass for. Adds what it undid to `evasion`. Linear in the length of the text.
 */
export const foldText = (text: string, evasion: EvasionStatistics): TextView => {
  if (plainAscii.test(text)) return new TextView('folded', text.toLowerCase());
  const { buffer: characters, composing } = foldCharacters(text, evasion);
  foldWords(characters, evasion);
  const buffer = composing ? composeClusters(characters) : characters;
  return new TextView(
    'folded',
    buffer.toString(),
    buffer.starts.subarray(0, buffer.length),
    buffer.ends.subarray(0, buffer.length),
  );
};
