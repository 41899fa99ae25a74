import type { HashAlgorithm } from '#contracts/hash-bank.ts';
import { isStorableText } from '#contracts/primitives.ts';
import type { NewEntry } from '../entry-store.ts';

/** What one place of a list says. `line` counts from 1. */
export type BankRecord =
  | { readonly kind: 'entry'; readonly line: number; readonly entry: NewEntry }
  /** This hash is to go, whoever lists it. */
  | { readonly kind: 'removed'; readonly line: number; readonly algorithm: HashAlgorithm; readonly hash: string }
  /** What this source listed is to go. */
  | { readonly kind: 'withdrawn'; readonly line: number; readonly source: string }
  /** Readable, but nothing that Tidegate looks pictures up by. `what` is a short name of our own or of the format. */
  | { readonly kind: 'skipped'; readonly line: number; readonly what: string }
  | { readonly kind: 'fault'; readonly line: number; readonly message: string };

/** Reads a list piece by piece, wherever the pieces are cut. */
export interface ListReader {
  push(text: string): readonly BankRecord[];
  /** What was still open when the list ended. */
  end(): readonly BankRecord[];
}

const digits: Readonly<Record<HashAlgorithm, number>> = { sha256: 64, md5: 32, pdq: 64 };
const longestSource = 200;
const longestNote = 500;

/** What is wrong with a hash; undefined where nothing is. Never quotes it. */
export const hashFault = (algorithm: HashAlgorithm, hash: string): string | undefined => {
  if (hash.length !== digits[algorithm])
    return `a ${algorithm} hash is ${digits[algorithm]} hexadecimal digits, not ${hash.length} characters`;
  const wrong = hash.search(/[^0-9a-fA-F]/);
  return wrong < 0 ? undefined : `character ${wrong + 1} of the hash is no hexadecimal digit`;
};

const textFault = (name: string, text: string, longest: number): string | undefined => {
  if (text.includes('\ufffd')) return `the ${name} is not UTF-8; convert the file first`;
  if (!isStorableText(text)) return `the ${name} contains U+0000`;
  return text.length > longest ? `the ${name} is longer than ${longest} characters` : undefined;
};

/** An entry as a list names it, or what is wrong with it. */
export const entryRecord = (line: number, { algorithm, hash, source, note }: NewEntry): BankRecord => {
  const message =
    hashFault(algorithm, hash) ??
    textFault('identifier', source, longestSource) ??
    textFault('note', note, longestNote);
  if (message !== undefined) return { kind: 'fault', line, message };
  return { kind: 'entry', line, entry: { algorithm, hash: hash.toLowerCase(), source, note } };
};

/** A hash that the list takes back, or what is wrong with it. */
export const removedRecord = (line: number, algorithm: HashAlgorithm, hash: string): BankRecord => {
  const message = hashFault(algorithm, hash);
  return message === undefined
    ? { kind: 'removed', line, algorithm, hash: hash.toLowerCase() }
    : { kind: 'fault', line, message };
};

/** A name from the list that can be shown: what is no plain identifier is not repeated. */
export const shownName = (name: string): string => (/^[A-Za-z0-9_.-]{1,40}$/.test(name) ? name : 'something unnamed');
