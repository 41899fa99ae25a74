import { bitsByByte, type Hash256, sumOfBytes } from './hash256.ts';

/**
 * The distance of `query` to the hash whose first word is at `at`, or some number above `radius` (at most 31) where it is further away.
 * Three words are read before the first look: by then nearly every unrelated hash is beyond 31. Sums stay apart by byte as long as they can.
 */
export const distanceUpTo = (hashes: Uint32Array, at: number, query: Hash256, radius: number): number => {
  const near = sumOfBytes(
    bitsByByte(hashes[at]! ^ query[0]!) +
      bitsByByte(hashes[at + 1]! ^ query[1]!) +
      bitsByByte(hashes[at + 2]! ^ query[2]!),
  );
  if (near > radius) return near;
  const rest = sumOfBytes(
    bitsByByte(hashes[at + 3]! ^ query[3]!) +
      bitsByByte(hashes[at + 4]! ^ query[4]!) +
      bitsByByte(hashes[at + 5]! ^ query[5]!) +
      bitsByByte(hashes[at + 6]! ^ query[6]!) +
      bitsByByte(hashes[at + 7]! ^ query[7]!),
  );
  return near + rest;
};
