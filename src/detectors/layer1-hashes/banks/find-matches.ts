import { createHash } from 'node:crypto';
import type { BankBehaviour, HashAlgorithm } from '#contracts/hash-bank.ts';
import type { ImageFacts } from '#contracts/media.ts';
import { type Hash256, parseHash256 } from '#engine/hash/hash256.ts';
import { pdqMinimumQuality } from '#engine/hash/pdq.ts';
import type { AskedBank, LoadedBank } from '#engine/ports/hash-banks.ts';

/** What one bank knows of one file. */
export interface FoundMatch {
  readonly bank: AskedBank;
  readonly algorithm: HashAlgorithm;
  readonly distance: number;
  /** What the bank does; `none` in quarantine. */
  readonly behaviour: BankBehaviour | 'none';
  /** The frame that matched, from 0; absent for a match of the whole file. */
  readonly frame?: number;
  /** Whether the picture matched as it is, or only turned or mirrored. */
  readonly turned: boolean;
}

/** One way of looking at one frame. */
interface Look {
  readonly frame: number;
  readonly turned: boolean;
  readonly hash: Hash256;
}

/** The first six bytes of SHA-256 over bank and file, as a number from 0 to below 1. */
const drawOf = (bankId: string, sha256: string): number =>
  createHash('sha256').update(`${bankId}\n${sha256}`).digest().readUIntBE(0, 6) / 2 ** 48;

/**
 * Whether the bank is asked about this file: the share of traffic is drawn by the file's digest, for each bank by itself, so that the same file
 * always falls the same way. A re-encoded copy is another file.
 */
export const isDrawn = ({ id, share }: AskedBank, sha256: string): boolean => share >= 1 || drawOf(id, sha256) < share;

/** Every distinct hash to look up: of each frame that says enough, the hash itself and those of its seven rotated and mirrored forms. */
const looksOf = ({ hashes }: ImageFacts): Look[] => {
  const looks = new Map<string, Look>();
  for (const { frame, pdq, quality, rotations } of hashes) {
    if (quality < pdqMinimumQuality) continue;
    [pdq, ...rotations].forEach((hex, orientation) => {
      // The frames of an animation are often alike: what was looked up once needs no second time.
      if (!looks.has(hex)) looks.set(hex, { frame, turned: orientation > 0, hash: parseHash256(hex) });
    });
  }
  return [...looks.values()];
};

const exactMatch = (loaded: LoadedBank, { sha256, md5 }: ImageFacts): FoundMatch | undefined => {
  const hit = loaded.exact('sha256', sha256) ?? loaded.exact('md5', md5);
  if (hit === undefined) return undefined;
  const { bank } = loaded;
  const behaviour = bank.mode === 'quarantine' ? 'none' : bank.exact;
  return { bank, algorithm: hit.algorithm, distance: 0, behaviour, turned: false };
};

const nearestMatch = (loaded: LoadedBank, looks: readonly Look[]): FoundMatch | undefined => {
  const { bank } = loaded;
  let nearest: FoundMatch | undefined;
  for (const { frame, turned, hash } of looks) {
    const within = nearest === undefined ? bank.maximumDistance : nearest.distance - 1;
    if (within < 0) break;
    const hit = loaded.nearest(hash, within);
    if (hit === undefined) continue;
    const behaviour = bank.mode === 'quarantine' ? 'none' : bank.perceptual;
    nearest = { bank, algorithm: 'pdq', distance: hit.distance, behaviour, frame, turned };
  }
  return nearest;
};

/** Lets other work go on between two banks, and stops where nobody waits any more. */
const breathe = async (abort: AbortSignal): Promise<void> => {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  abort.throwIfAborted();
};

/**
 * What each bank knows of a file: the exact match where there is one, the nearest perceptual one otherwise.
 * @throws the abort signal's reason
 */
export const findMatches = async (
  banks: readonly LoadedBank[],
  facts: ImageFacts,
  abort: AbortSignal,
): Promise<FoundMatch[]> => {
  const looks = looksOf(facts);
  const matches: FoundMatch[] = [];
  for (const loaded of banks) {
    if (loaded.bank.mode === 'off' || !isDrawn(loaded.bank, facts.sha256)) continue;
    const match = exactMatch(loaded, facts) ?? nearestMatch(loaded, looks);
    if (match !== undefined) matches.push(match);
    await breathe(abort);
  }
  return matches;
};
