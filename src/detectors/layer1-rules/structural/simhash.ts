/** Fewer words than this are too common to say anything about where a text comes from. */
const fewestWords = 5;
const shingleLength = 3;

/** FNV-1a, 32 bit (draft-eastlake-fnv), over UTF-16 code units; all digits count as the same, so that templates with other numbers agree. */
const hashWord = (text: string, start: number, end: number): number => {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index += 1) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit >= 48 && unit <= 57 ? 48 : unit), 0x01000193);
  }
  return hash >>> 0;
};

/** Spreads 32 bits over 32 bits (the finaliser of MurmurHash3, public domain). */
const mix = (value: number): number => {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

const hexadecimal = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');

/**
 * A 64-bit fingerprint of a text by its runs of three words (Charikar, "Similarity estimation techniques from rounding algorithms",
 * 2002): texts that share most of their runs differ in few bits. Sixteen hexadecimal digits; undefined for texts under five words.
 *
 * @param text a normalised text
 * @param words start and end of each word in it, in turn
 */
export const simhash64 = (text: string, words: ArrayLike<number>): string | undefined => {
  const count = words.length / 2;
  if (count < fewestWords) return undefined;
  const hashes = new Uint32Array(count);
  for (let word = 0; word < count; word += 1) hashes[word] = hashWord(text, words[word * 2]!, words[word * 2 + 1]!);
  const balance = new Int32Array(64);
  for (let word = 0; word + shingleLength <= count; word += 1) {
    const run = mix(hashes[word]! ^ mix(hashes[word + 1]! ^ mix(hashes[word + 2]!)));
    let high = mix(run ^ 0x9e3779b9);
    let low = mix(run ^ 0x7f4a7c15);
    for (let bit = 31; bit >= 0; bit -= 1) {
      balance[bit]! += (high & 1) * 2 - 1;
      balance[bit + 32]! += (low & 1) * 2 - 1;
      high >>>= 1;
      low >>>= 1;
    }
  }
  let high = 0;
  let low = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    high = (high << 1) | (balance[bit]! > 0 ? 1 : 0);
    low = (low << 1) | (balance[bit + 32]! > 0 ? 1 : 0);
  }
  return hexadecimal(high) + hexadecimal(low);
};

const countBits = (value: number): number => {
  let bits = value >>> 0;
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

const fingerprint = /^[0-9a-f]{16}$/;

/**
 * In how many of their 64 bits two fingerprints differ: 0 for the same template, about 32 for unrelated texts.
 * @throws RangeError where one is not sixteen lower-case hexadecimal digits
 */
export const hammingDistance64 = (one: string, other: string): number => {
  for (const value of [one, other]) {
    if (!fingerprint.test(value))
      throw new RangeError(`Not a simhash of sixteen hexadecimal digits: ${value.slice(0, 40)}`);
  }
  const half = (from: number): number =>
    countBits(Number.parseInt(one.slice(from, from + 8), 16) ^ Number.parseInt(other.slice(from, from + 8), 16));
  return half(0) + half(8);
};
