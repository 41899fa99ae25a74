import type { AuditVerification } from '#contracts/audit.ts';
import { type AuditHead, hashEntry, type StoredEntry } from './audit.ts';

export type AuditFault = NonNullable<AuditVerification['fault']>;

/** How far from its place an entry is looked for, in entries. */
const searchRange = 10_000;

const hashOrNull = (entry: StoredEntry, sequence: number): string | null => {
  try {
    return hashEntry({ ...entry, sequence });
  } catch {
    // A time that no Date can hold: never written by us.
    return null;
  }
};

/** Whether `entry` is what follows `previous`. */
export const follows = (entry: StoredEntry, previous: AuditHead): boolean =>
  entry.sequence === previous.sequence + 1 &&
  entry.previousHash === previous.hash &&
  hashOrNull(entry, entry.sequence) === entry.hash;

/** The sequence under which the entry's own hash holds: where it stood when it was written. */
const originalSequence = (entry: StoredEntry): number | null => {
  for (let distance = 0; distance <= searchRange; distance += 1) {
    for (const sequence of distance === 0 ? [entry.sequence] : [entry.sequence + distance, entry.sequence - distance]) {
      if (sequence > 0 && hashOrNull(entry, sequence) === entry.hash) return sequence;
    }
  }
  return null;
};

const fault = (kind: AuditFault['kind'], sequence: number, explanation: string): AuditFault => ({
  kind,
  sequence,
  explanation,
});

/** An entry that does not follow the one before it, and what surrounds it. */
export interface BrokenLink {
  readonly previous: AuditHead;
  readonly entry: StoredEntry;
  /** The entry after it, if any. */
  readonly next: StoredEntry | undefined;
  /** Whether any entry of the whole table carries the hash that `entry` links to. */
  readonly isLinkTargetPresent: boolean;
}

/** What was done to the log, judged by how an entry fails to follow. Where several explanations fit, the simplest. */
export const explainBrokenLink = ({ previous, entry, next, isLinkTargetPresent }: BrokenLink): AuditFault => {
  const place = previous.sequence + 1;
  if (entry.sequence > place) {
    const missing =
      entry.sequence - place === 1 ? `Entry ${place} is` : `Entries ${place} to ${entry.sequence - 1} are`;
    return fault('removed', place, `${missing} missing: entry ${entry.sequence} follows entry ${previous.sequence}.`);
  }
  if (entry.sequence < place) {
    const where = entry.sequence;
    return fault(
      'inserted',
      where,
      `There is a further entry with the number ${where}, which the chain does not know.`,
    );
  }
  const original = originalSequence(entry);
  if (original === null) {
    return next?.previousHash === previous.hash
      ? fault('inserted', place, `Entry ${place} was never part of the chain: the entry after it links past it.`)
      : fault('altered', place, `Entry ${place} is not what was hashed when it was written.`);
  }
  if (original > place) {
    return isLinkTargetPresent
      ? fault('reordered', place, `Entry ${original} as it was written stands in place ${place}.`)
      : fault('removed', place, `Entries are missing at ${place}: what stood in place ${original} was moved up.`);
  }
  if (original < place) {
    return fault(
      'inserted',
      original,
      `Entries were put in at ${original}: what stood there is now in place ${place}.`,
    );
  }
  return place === 1
    ? fault('altered', 1, 'Entry 1 does not begin the chain.')
    : fault('altered', place - 1, `Entry ${place - 1} is not the one that entry ${place} was linked to.`);
};

/** What is wrong with the end of the chain, seen from its head row and its last entry; null if they agree. */
export const explainEnd = (last: AuditHead, head: AuditHead): AuditFault | null => {
  if (head.sequence > last.sequence) {
    const place = last.sequence + 1;
    return fault('truncated', place, `Entries ${place} to ${head.sequence} are missing at the end of the log.`);
  }
  if (head.sequence < last.sequence) {
    const place = head.sequence + 1;
    return fault(
      'inserted',
      place,
      `The log's head stands at ${head.sequence}, but there are entries up to ${last.sequence}.`,
    );
  }
  return head.hash === last.hash
    ? null
    : fault('altered', last.sequence, `Entry ${last.sequence}, the last, does not carry the hash of the log's head.`);
};
