import { createHash } from 'node:crypto';
import type { ImageFacts } from '#contracts/media.ts';
import { systemActor } from '#features/audit/index.ts';
import { BankEntryService, HashBankMemory, HashBankService } from '#features/hash-banks/index.ts';
import type { Database } from '#platform/database/database.ts';

/** Random numbers that are the same in every run (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const randomHex = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');

/** The hash with `bits` of its bits turned, none twice. */
export const turnBits = (hash: string, bits: number, random: () => number): string => {
  const bytes = Buffer.from(hash, 'hex');
  const chosen = new Set<number>();
  while (chosen.size < bits) chosen.add(Math.floor(random() * bytes.length * 8));
  for (const bit of chosen) bytes[bit >> 3]! ^= 1 << (bit & 7);
  return bytes.toString('hex');
};

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
export const md5Of = (text: string): string => createHash('md5').update(text).digest('hex');

/** What is known of a picture without its pixels; `text` makes its digests. */
export const pictureFacts = (text: string, hashes: ImageFacts['hashes'] = []): ImageFacts => ({
  sha256: sha256Of(text),
  md5: md5Of(text),
  type: 'image/jpeg',
  bytes: 1_000,
  width: 640,
  height: 480,
  frames: Math.max(1, hashes.length),
  hashes,
  claims: { hasPosition: false },
  signs: [],
});

/** One frame's hashes; the rotated forms are far from everything unless given. */
export const frameHashes = (
  frame: number,
  pdq: string,
  quality = 100,
  rotations: readonly string[] = [],
): ImageFacts['hashes'][number] => {
  const random = createRandom(frame + 7_919);
  return {
    frame,
    pdq,
    quality,
    rotations: Array.from({ length: 7 }, (_, index) => rotations[index] ?? randomHex(random, 64)),
  };
};

/** The services over a database, with one bank of each kind to try things on. */
export const createBankWorld = (database: Database, pictures: ReadonlyMap<string, ImageFacts> = new Map()) => {
  const memory = new HashBankMemory({ database });
  const banks = new HashBankService({ database, memory });
  const entries = new BankEntryService({ database, memory, pictures: async (id) => pictures.get(id) });
  return { memory, banks, entries, actor: systemActor };
};
export type BankWorld = ReturnType<typeof createBankWorld>;

/** A list as a stream of small pieces. */
export const listOf = async function* (text: string, piece = 4_096): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
};
