import type { BankBehaviour, BankKind, HashAlgorithm } from '#contracts/hash-bank.ts';
import type { ImageFacts } from '#contracts/media.ts';
import { parseHash256 } from '#engine/hash/hash256.ts';
import { pdqMinimumQuality } from '#engine/hash/pdq.ts';
import type { BankHit, HashBankSnapshot, LoadedBank } from '#engine/ports/hash-banks.ts';

export interface LookUp {
  readonly sha256?: string | undefined;
  readonly md5?: string | undefined;
  readonly pdq?: string | undefined;
  /** Bits, 0..31; a bank whose own limit is lower keeps to that. */
  readonly maximumDistance: number;
}

export interface FoundInBank {
  readonly bankId: string;
  readonly name: string;
  readonly kind: BankKind;
  readonly mode: 'active' | 'quarantine' | 'off';
  readonly algorithm: HashAlgorithm;
  readonly hash: string;
  readonly distance: number;
  readonly behaviour: BankBehaviour;
}

const hitsOf = (loaded: LoadedBank, { sha256, md5, pdq, maximumDistance }: LookUp): BankHit[] =>
  [
    sha256 === undefined ? undefined : loaded.exact('sha256', sha256.toLowerCase()),
    md5 === undefined ? undefined : loaded.exact('md5', md5.toLowerCase()),
    pdq === undefined
      ? undefined
      : loaded.nearest(parseHash256(pdq), Math.min(maximumDistance, loaded.bank.maximumDistance)),
  ].filter((hit) => hit !== undefined);

/** Bits: each bank by its own limit. */
const anyDistance = 31;

/**
 * Which banks know a picture: its file, and the nearest of its frames as they are, turned and mirrored, of those that say enough. Each bank once
 * an algorithm.
 */
export const lookUpPicture = (snapshot: HashBankSnapshot, { sha256, md5, hashes }: ImageFacts): FoundInBank[] => {
  const looks = hashes
    .filter(({ quality }) => quality >= pdqMinimumQuality)
    .flatMap(({ pdq, rotations }) => [pdq, ...rotations]);
  const best = new Map<string, FoundInBank>();
  for (const look of [{ sha256, md5 }, ...looks.map((pdq) => ({ pdq }))]) {
    for (const found of lookUp(snapshot, { ...look, maximumDistance: anyDistance })) {
      const key = `${found.bankId} ${found.algorithm}`;
      if (found.distance < (best.get(key)?.distance ?? Number.POSITIVE_INFINITY)) best.set(key, found);
    }
  }
  return [...best.values()].sort((left, right) => left.distance - right.distance);
};

/** Which banks know these hashes, with the nearest entry of each; banks in quarantine too, their share of traffic left out of it. */
export const lookUp = ({ banks }: HashBankSnapshot, hashes: LookUp): FoundInBank[] =>
  banks.flatMap((loaded) =>
    hitsOf(loaded, hashes).map(({ algorithm, hash, distance }) => {
      const { id, name, kind, mode, exact, perceptual } = loaded.bank;
      const behaviour = algorithm === 'pdq' ? perceptual : exact;
      return { bankId: id, name, kind, mode, algorithm, hash, distance, behaviour };
    }),
  );
