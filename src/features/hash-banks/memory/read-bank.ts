import type { HashAlgorithm } from '#contracts/hash-bank.ts';
import type { Transaction } from '#platform/database/database.ts';
import { readHashBlock } from '../entry-store.ts';
import { BankCorruptError } from './sorted-digests.ts';

/** Sequences that one statement goes over: at first, and at most, where most of them are of other banks or never came to be. */
const firstSpan = 25_000;
const widestSpan = 400_000;
const bytesOf: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, md5: 16, pdq: 32 };

/** All hashes of one algorithm, big-endian words one after the other in any order, and the entry of each. */
export interface ReadHashes {
  readonly hashes: Uint32Array<SharedArrayBuffer>;
  readonly sequences: Float64Array<SharedArrayBuffer>;
}

/**
 * @param expected How many there are.
 * @param last The bank's last sequence.
 * @throws BankCorruptError where what is stored is not what an index is built of
 */
export const readHashes = async (
  tx: Transaction,
  bankId: string,
  algorithm: HashAlgorithm,
  expected: number,
  last: number,
): Promise<ReadHashes> => {
  const bytes = bytesOf[algorithm];
  const buffer = new SharedArrayBuffer(expected * bytes);
  const hashes = new Uint32Array(buffer);
  const sequences = new Float64Array(new SharedArrayBuffer(expected * 8));
  let read = 0;
  let span = firstSpan;
  let after = 0;
  while (after < last && read < expected) {
    const block = await readHashBlock(tx, bankId, algorithm, after, after + span);
    after += span;
    span = block.count * 8 < span ? Math.min(widestSpan, span * 2) : firstSpan;
    if (block.hashes.length !== block.count * bytes)
      throw new BankCorruptError(bankId, `a ${algorithm} of another length`);
    if (read + block.count > expected)
      throw new BankCorruptError(bankId, `more ${algorithm} entries than were counted`);
    const first = (read * bytes) / 4;
    for (let word = 0; word < (block.count * bytes) / 4; word += 1)
      hashes[first + word] = block.hashes.readUInt32BE(word * 4);
    // Sequences count from 1, far from where two halves would not make a whole number any more.
    for (let row = 0; row < block.count; row += 1)
      sequences[read + row] =
        block.sequences.readUInt32BE(row * 8) * 2 ** 32 + block.sequences.readUInt32BE(row * 8 + 4);
    read += block.count;
    // A block at a time, and decisions in between.
    await new Promise(setImmediate);
  }
  if (read !== expected) throw new BankCorruptError(bankId, `fewer ${algorithm} entries than were counted`);
  return { hashes, sequences };
};
