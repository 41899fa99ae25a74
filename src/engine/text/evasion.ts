/**
 * What had to be undone to read a text. Each count alone can be innocent (a French accent, a Persian joiner, an emoji); together
 * they tell how hard somebody tried not to be read by a machine.
 */
export interface EvasionStatistics {
  /** Invisible characters between two Latin letters or digits. */
  invisibleInWords: number;
  /** Directional controls. */
  bidirectional: number;
  /** Invisible copies of ASCII outside flag emoji. */
  tags: number;
  /** Combining marks that stood on their own, and the longest pile of them over one letter. */
  marks: number;
  longestMarkPile: number;
  /** Letters in fancy dress: mathematical, circled, small capitals, regional indicators outside flags. */
  styledLetters: number;
  /** Foreign look-alikes in words that mix alphabets. */
  mixedAlphabetLetters: number;
  /** Digits and symbols read as letters. */
  leetCharacters: number;
  /** Separators taken out of words. */
  separatorsInWords: number;
  /** Letters beyond the second in runs of the same letter. */
  stretchedLetters: number;
}

export const noEvasion = (): EvasionStatistics => ({
  invisibleInWords: 0,
  bidirectional: 0,
  tags: 0,
  marks: 0,
  longestMarkPile: 0,
  styledLetters: 0,
  mixedAlphabetLetters: 0,
  leetCharacters: 0,
  separatorsInWords: 0,
  stretchedLetters: 0,
});

/** How many characters were dressed up in ways that ordinary writing has no use for. */
export const disguisedCharacters = (evasion: EvasionStatistics): number =>
  evasion.invisibleInWords +
  evasion.bidirectional +
  evasion.tags +
  evasion.styledLetters +
  evasion.mixedAlphabetLetters +
  Math.max(0, evasion.longestMarkPile - 2);
