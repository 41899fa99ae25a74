import type { BankBehaviour, BankKind, HashAlgorithm } from '#contracts/hash-bank.ts';
import { parseHash256 } from '#engine/hash/hash256.ts';
import type { BankHit, HashBankSnapshot, LoadedBank } from '#engine/ports/hash-banks.ts';

export interface LookUp {
  readonly sha256?: string | undefined;
  readonly md5?: string | undefined;
  readonly pdq?: string | undefined;
  /** Bits, 0..31, whatever the banks' own limits are. */
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
    pdq === undefined ? undefined : loaded.nearest(parseHash256(pdq), maximumDistance),
  ].filter((hit) => hit !== undefined);

/** Which banks know these hashes, with the nearest entry of each; banks in quarantine too, their share of traffic left out of it. */
export const lookUp = ({ banks }: HashBankSnapshot, hashes: LookUp): FoundInBank[] =>
  banks.flatMap((loaded) =>
    hitsOf(loaded, hashes).map(({ algorithm, hash, distance }) => {
      const { id, name, kind, mode, exact, perceptual } = loaded.bank;
      const behaviour = algorithm === 'pdq' ? perceptual : exact;
      return { bankId: id, name, kind, mode, algorithm, hash, distance, behaviour };
    }),
  );
