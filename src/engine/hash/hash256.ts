/**
 * A hash of 256 bits as eight words of 32, most significant first: word 0 holds the first eight hex digits of the written form.
 */
export type Hash256 = Uint32Array;

/** Words in a `Hash256`. */
export const hash256Words = 8;
/** Hex digits in the written form of a `Hash256`. */
export const hash256Digits = 64;

const wordDigits = 8;

/** A text that is not a hash of 256 bits. `offset` is the place of the first wrong digit; null where the length is wrong. */
export class HashFormatError extends Error {
  override readonly name = 'HashFormatError';
  readonly kind: 'length' | 'digit';
  readonly offset: number | null;

  constructor(kind: 'length' | 'digit', message: string, offset: number | null) {
    super(message);
    this.kind = kind;
    this.offset = offset;
  }
}

/**
 * Reads 64 hex digits of either case, without a prefix or spaces.
 *
 * @throws HashFormatError naming the length found or the place of the first character that is no hex digit.
 */
export const parseHash256 = (text: string): Hash256 => {
  if (text.length !== hash256Digits) {
    throw new HashFormatError(
      'length',
      `A 256-bit hash is ${hash256Digits} hex digits; this has ${text.length}.`,
      null,
    );
  }
  const wrong = text.search(/[^0-9a-fA-F]/);
  if (wrong >= 0) {
    throw new HashFormatError('digit', `Character ${wrong + 1} of the hash is no hex digit (0 to 9, a to f).`, wrong);
  }
  return Uint32Array.from({ length: hash256Words }, (_, word) =>
    Number.parseInt(text.slice(word * wordDigits, (word + 1) * wordDigits), 16),
  );
};

/** 64 lower-case hex digits. */
export const formatHash256 = (hash: Hash256): string =>
  Array.from(hash, (word) => word.toString(16).padStart(wordDigits, '0')).join('');

/** Each byte replaced by the number of its bits, 0 to 8. Summing of ever wider fields (Warren, Hacker's Delight, 5-1). */
export const bitsByByte = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (nibbles + (nibbles >>> 4)) & 0x0f0f0f0f;
};

/** The sum of a word's four bytes, which must be below 256. */
export const sumOfBytes = (word: number): number => Math.imul(word, 0x01010101) >>> 24;

/** Bits set in the low 32 bits of `word`, 0 to 32. */
export const bitCount = (word: number): number => sumOfBytes(bitsByByte(word));

/** The number of bits in which two hashes differ, 0 to 256. */
export const hammingDistance = (left: Hash256, right: Hash256): number => {
  let distance = 0;
  for (let word = 0; word < hash256Words; word += 1) distance += bitCount(left[word]! ^ right[word]!);
  return distance;
};
