import type { HashAlgorithm } from '#contracts/hash-bank.ts';

/** A hash as it was typed, and what it is. */
export interface ParsedHash {
  readonly algorithm: HashAlgorithm;
  readonly hash: string;
}

export interface ParsedHashes {
  readonly hashes: readonly ParsedHash[];
  /** Lines, from 1, that hold no hash. */
  readonly faults: readonly number[];
}

/** What 64 digits are: SHA-256 and PDQ look alike. */
export type SixtyFour = 'sha256' | 'pdq';

/** One hash by its length: 32 hexadecimal digits are MD5, 64 are what the person says. Null where it is none. */
export const parseHash = (text: string, sixtyFour: SixtyFour): ParsedHash | null => {
  const hash = text.trim().toLowerCase();
  if (/^[0-9a-f]{32}$/.test(hash)) return { algorithm: 'md5', hash };
  if (/^[0-9a-f]{64}$/.test(hash)) return { algorithm: sixtyFour, hash };
  return null;
};

/** One hash a line; empty lines do not matter, and the same hash counts once. */
export const parseHashes = (text: string, sixtyFour: SixtyFour): ParsedHashes => {
  const hashes = new Map<string, ParsedHash>();
  const faults: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const hash = parseHash(line, sixtyFour);
    if (hash === null) faults.push(index + 1);
    else hashes.set(`${hash.algorithm}:${hash.hash}`, hash);
  }
  return { hashes: [...hashes.values()], faults };
};
