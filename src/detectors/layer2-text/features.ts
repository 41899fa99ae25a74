import { type Role, roleOf } from './roles.ts';
import type { Token } from './tokens.ts';

/** How features are made; stored with the model so that training and inference cannot differ. */
export interface FeatureSettings {
  /** The hash space has 2^bits buckets. */
  readonly bits: number;
  /** Character n-grams from `charMin` to `charMax` letters, within a word and its two boundaries. */
  readonly charMin: number;
  readonly charMax: number;
  /** Weight of the word block and of the character block; each block is scaled to this Euclidean length. */
  readonly wordNorm: number;
  readonly charNorm: number;
  /** Words at most this far apart are paired as skip-grams; 1 gives plain bigrams. */
  readonly reach: number;
  /** Weight of the block of words paired with the roles near them, and how near; 0 leaves the block out. */
  readonly roleNorm: number;
  readonly roleReach: number;
}

/** A sparse vector: bucket `indices` (distinct, in order of first appearance) and their `values`. */
export interface FeatureVector {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** A vector together with where each feature came from, for evidence. */
export interface TracedFeatures extends FeatureVector {
  /** For occurrence `o`: its slot in `indices`, and the tokens it covers, relative to the first token extracted. */
  readonly slots: Uint32Array;
  readonly firstTokens: Uint32Array;
  readonly lastTokens: Uint32Array;
}

/** Turns tokens `from` (inclusive) to `to` (exclusive) into features. */
export interface FeatureExtractor {
  extract(tokens: readonly Token[], from: number, to: number): FeatureVector;
  trace(tokens: readonly Token[], from: number, to: number): TracedFeatures;
}

export const DEFAULT_FEATURES: FeatureSettings = {
  bits: 18,
  charMin: 3,
  charMax: 5,
  wordNorm: 1,
  charNorm: 1,
  reach: 1,
  roleNorm: 0.7,
  roleReach: 4,
};

// FNV-1a, 32 bit: http://www.isthe.com/chongo/tech/comp/fnv/ (offset basis and prime).
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SEED_WORD = 0x57;
const SEED_PAIR = 0x50;
const SEED_SKIP = 0x53;
const SEED_CHARACTERS = 0x43;
const SEED_ROLE: Readonly<Record<Role, number>> = {
  first: 0x100,
  second: 0x200,
  third: 0x300,
  group: 0x400,
  denial: 0x500,
  report: 0x600,
};
const BOUNDARY = 0x02;

function mixUnit(hash: number, unit: number): number {
  return Math.imul(Math.imul(hash ^ (unit & 0xff), FNV_PRIME) ^ (unit >>> 8), FNV_PRIME);
}

/** The finaliser of MurmurHash3 (32 bit): FNV's low bits alone are too regular to be used as a bucket. */
function finalise(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashText(seed: number, text: string): number {
  let hash = Math.imul(FNV_OFFSET ^ seed, FNV_PRIME);
  for (let index = 0; index < text.length; index += 1) hash = mixUnit(hash, text.charCodeAt(index));
  return hash;
}

/** Growable scratch lists of one extractor; reused from text to text. */
class Scratch {
  readonly slotOf: Int32Array;
  indices = new Uint32Array(4096);
  counts = new Uint16Array(4096);
  size = 0;
  slots = new Uint32Array(8192);
  firstTokens = new Uint32Array(8192);
  lastTokens = new Uint32Array(8192);
  occurrences = 0;

  constructor(buckets: number) {
    this.slotOf = new Int32Array(buckets).fill(-1);
  }

  add(bucket: number, first: number, last: number): void {
    let slot = this.slotOf[bucket] ?? -1;
    if (slot < 0) {
      slot = this.size;
      if (slot === this.indices.length) {
        this.indices = grown(this.indices, Uint32Array);
        this.counts = grown(this.counts, Uint16Array);
      }
      this.slotOf[bucket] = slot;
      this.indices[slot] = bucket;
      this.counts[slot] = 0;
      this.size += 1;
    }
    const count = this.counts[slot] ?? 0;
    if (count < 0xffff) this.counts[slot] = count + 1;
    if (this.occurrences === this.slots.length) {
      this.slots = grown(this.slots, Uint32Array);
      this.firstTokens = grown(this.firstTokens, Uint32Array);
      this.lastTokens = grown(this.lastTokens, Uint32Array);
    }
    this.slots[this.occurrences] = slot;
    this.firstTokens[this.occurrences] = first;
    this.lastTokens[this.occurrences] = last;
    this.occurrences += 1;
  }

  clear(): void {
    for (let slot = 0; slot < this.size; slot += 1) this.slotOf[this.indices[slot] ?? 0] = -1;
    this.size = 0;
    this.occurrences = 0;
  }
}

function grown<T extends Uint32Array | Uint16Array>(list: T, make: new (length: number) => T): T {
  const larger = new make(list.length * 2);
  larger.set(list);
  return larger;
}

/**
 * Hashed n-grams: words, pairs of words, and character n-grams within words. A feature's value is 1 + ln(count), and
 * the word block and the character block are each scaled to a fixed length, so that many characters cannot drown the
 * words. Deterministic; the extractor holds scratch memory and must not be shared between threads.
 */
export function createFeatureExtractor(settings: FeatureSettings): FeatureExtractor {
  const mask = 2 ** settings.bits - 1;
  const scratch = new Scratch(2 ** settings.bits);

  function addCharacters(text: string, token: number): void {
    const length = text.length + 2;
    const unitAt = (index: number): number =>
      index === 0 || index === length - 1 ? BOUNDARY : text.charCodeAt(index - 1);
    for (let start = 0; start + settings.charMin <= length; start += 1) {
      let hash = Math.imul(FNV_OFFSET ^ SEED_CHARACTERS, FNV_PRIME);
      const limit = Math.min(length, start + settings.charMax);
      for (let end = start; end < limit; end += 1) {
        hash = mixUnit(hash, unitAt(end));
        if (end - start + 1 >= settings.charMin) scratch.add(finalise(hash) & mask, token, token);
      }
    }
  }

  /** Pairs each role word with the words around it, with the side that they are on. */
  function addRoles(tokens: readonly Token[], from: number, to: number, hashes: readonly number[]): void {
    for (let index = from; index < to; index += 1) {
      const role = roleOf(tokens[index]?.text ?? '');
      if (role === undefined) continue;
      const first = Math.max(from, index - settings.roleReach);
      const last = Math.min(to - 1, index + settings.roleReach);
      for (let other = first; other <= last; other += 1) {
        if (other === index) continue;
        const near = roleOf(tokens[other]?.text ?? '');
        const word = near === undefined ? (hashes[other - from] ?? 0) : SEED_ROLE[near];
        const seed = SEED_ROLE[role] + (other < index ? 1 : 2);
        const pair = Math.imul(FNV_OFFSET ^ seed, FNV_PRIME) ^ Math.imul(word, 0x9e3779b1);
        scratch.add(finalise(pair) & mask, Math.min(index, other) - from, Math.max(index, other) - from);
      }
    }
  }

  /** Fills the scratch and returns the slots at which the word block and the role block end. */
  function fill(tokens: readonly Token[], from: number, to: number): { wordSlots: number; roleSlots: number } {
    scratch.clear();
    const hashes: number[] = [];
    for (let index = from; index < to; index += 1) {
      const hash = hashText(SEED_WORD, tokens[index]?.text ?? '');
      scratch.add(finalise(hash) & mask, index - from, index - from);
      hashes.push(hash);
    }
    for (let index = 0; index + 1 < hashes.length; index += 1) {
      const left = hashes[index] ?? 0;
      for (let distance = 1; distance <= settings.reach && index + distance < hashes.length; distance += 1) {
        const seed = distance === 1 ? SEED_PAIR : SEED_SKIP;
        const pair = Math.imul(left ^ seed, FNV_PRIME) ^ Math.imul(hashes[index + distance] ?? 0, 0x9e3779b1);
        scratch.add(finalise(pair) & mask, index, index + distance);
      }
    }
    const wordSlots = scratch.size;
    if (settings.roleNorm > 0) addRoles(tokens, from, to, hashes);
    const roleSlots = scratch.size;
    for (let index = from; index < to; index += 1) {
      const token = tokens[index];
      if (token !== undefined && (token.kind === 'word' || token.kind === 'spelled')) {
        addCharacters(token.text, index - from);
      }
    }
    return { wordSlots, roleSlots };
  }

  function scaleBlock(values: Float32Array, from: number, to: number, norm: number): void {
    let squares = 0;
    for (let slot = from; slot < to; slot += 1) {
      const value = 1 + Math.log(scratch.counts[slot] ?? 1);
      values[slot] = value;
      squares += value * value;
    }
    const scale = squares === 0 ? 0 : norm / Math.sqrt(squares);
    for (let slot = from; slot < to; slot += 1) values[slot] = (values[slot] ?? 0) * scale;
  }

  function extract(tokens: readonly Token[], from: number, to: number): FeatureVector {
    const { wordSlots, roleSlots } = fill(tokens, from, to);
    const values = new Float32Array(scratch.size);
    scaleBlock(values, 0, wordSlots, settings.wordNorm);
    scaleBlock(values, wordSlots, roleSlots, settings.roleNorm);
    scaleBlock(values, roleSlots, scratch.size, settings.charNorm);
    return { indices: scratch.indices.slice(0, scratch.size), values };
  }

  function trace(tokens: readonly Token[], from: number, to: number): TracedFeatures {
    const vector = extract(tokens, from, to);
    return {
      ...vector,
      slots: scratch.slots.slice(0, scratch.occurrences),
      firstTokens: scratch.firstTokens.slice(0, scratch.occurrences),
      lastTokens: scratch.lastTokens.slice(0, scratch.occurrences),
    };
  }

  return { extract, trace };
}
