import type { BankBehaviour, BankKind, HashAlgorithm } from '#contracts/hash-bank.ts';
import type { Hash256 } from '#engine/hash/hash256.ts';

/** What is to be known of a bank when it is asked. */
export interface AskedBank {
  readonly id: string;
  readonly name: string;
  readonly kind: BankKind;
  readonly category: string;
  readonly mode: 'active' | 'quarantine' | 'off';
  /** Share of pictures, 0..1, drawn by the picture's digest. */
  readonly share: number;
  readonly exact: BankBehaviour;
  readonly perceptual: Exclude<BankBehaviour, 'allow'>;
  /** Bits, 0..31. */
  readonly maximumDistance: number;
}

/** The entry of a bank that was found. */
export interface BankHit {
  readonly algorithm: HashAlgorithm;
  /** The stored hash, lower-case hexadecimal. */
  readonly hash: string;
  /** Bits that differ; 0 for exact algorithms. */
  readonly distance: number;
}

/** One bank's entries. Look-ups are exact, in memory and synchronous. */
export interface LoadedBank {
  readonly bank: AskedBank;
  /** The digest as lower-case hexadecimal. */
  exact(algorithm: 'sha256' | 'md5', digest: string): BankHit | undefined;
  /** The nearest PDQ hash within `maximumDistance` bits (0..31). */
  nearest(hash: Hash256, maximumDistance: number): BankHit | undefined;
}

/** All banks as of one epoch of the configuration, or a later one. */
export interface HashBankSnapshot {
  readonly epoch: number;
  /** By id; those that are off are left out. */
  readonly banks: readonly LoadedBank[];
}

/** Where banks come from. */
export interface HashBanks {
  /**
   * The banks as of at least this epoch: at once where they are in memory already, after reading what has changed otherwise.
   *
   * Rejects with an Error that says why where they cannot be read; the next call tries again.
   */
  load(epoch: number): Promise<HashBankSnapshot>;
}
