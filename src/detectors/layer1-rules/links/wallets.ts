import { createHash } from 'node:crypto';
import type { Span } from '#engine/text/text-view.ts';

export interface Wallet extends Span {
  readonly coin: 'Bitcoin' | 'Ethereum' | 'Tron';
}

const maximumWallets = 50;
/** Look-alikes of addresses are cheap to write and cost two digests each to reject. */
const maximumCandidates = 500;

const candidate =
  /(?<![\p{L}\p{N}])(?:0x[0-9a-fA-F]{40}|(?:bc1|BC1)[02-9ac-hj-np-zAC-HJ-NP-Z]{11,71}|[13T][1-9A-HJ-NP-Za-km-z]{25,34})(?![\p{L}\p{N}])/gu;

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** Base58Check (Bitcoin wiki): one byte of version, 20 of hash, four of checksum. Undefined where the checksum is wrong. */
const readBase58Check = (address: string): number | undefined => {
  let value = 0n;
  for (const character of address) value = value * 58n + BigInt(base58.indexOf(character));
  const hex = value.toString(16);
  if (hex.length > 50) return undefined;
  const bytes = Buffer.from(hex.padStart(50, '0'), 'hex');
  const sum = sha256(sha256(bytes.subarray(0, 21)));
  return bytes.subarray(21).every((byte, index) => byte === sum[index]) ? bytes[0] : undefined;
};

const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

/** Checksum of bech32 (BIP 173, remainder 1) and bech32m (BIP 350, remainder 0x2bc830a3), prefix `bc`. */
const isBech32 = (address: string): boolean => {
  if (address !== address.toLowerCase() && address !== address.toUpperCase()) return false;
  const lower = address.toLowerCase();
  let remainder = 1;
  const add = (value: number): void => {
    const top = remainder >>> 25;
    remainder = ((remainder & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of generators.entries()) if ((top >>> bit) & 1) remainder ^= generator;
  };
  // The prefix "bc", expanded: high bits, zero, low bits.
  for (const value of [3, 3, 0, 2, 3]) add(value);
  for (const character of lower.slice(3)) add(bech32.indexOf(character));
  return remainder === 1 || remainder === 0x2bc830a3;
};

const coinOf = (address: string): Wallet['coin'] | undefined => {
  if (address.startsWith('0x')) return /^0x(.)\1*$/.test(address) ? undefined : 'Ethereum';
  if (/^bc1/i.test(address)) return isBech32(address) ? 'Bitcoin' : undefined;
  const version = readBase58Check(address);
  if (version === 0x00 || version === 0x05) return 'Bitcoin';
  return version === 0x41 ? 'Tron' : undefined;
};

/**
 * Addresses to send coins to, in the text's own offsets. Bitcoin and Tron addresses are checked by their checksums; those of Ethereum by
 * shape alone, since EIP-55 needs a hash that Node lacks.
 */
export const findWallets = (text: string): readonly Wallet[] => {
  const wallets: Wallet[] = [];
  let candidates = 0;
  for (const { 0: found, index } of text.matchAll(candidate)) {
    candidates += 1;
    if (candidates > maximumCandidates || wallets.length >= maximumWallets) break;
    const coin = coinOf(found);
    if (coin !== undefined) wallets.push({ coin, start: index, end: index + found.length });
  }
  return wallets;
};
