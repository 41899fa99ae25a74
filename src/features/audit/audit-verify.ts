import type { AuditVerification } from '#contracts/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type AuditHead, genesisHash, type StoredEntry } from './audit.ts';
import type { CheckpointEvidence } from './audit-checkpoint-file.ts';
import { type AuditFault, explainBrokenLink, explainEnd, follows } from './audit-fault.ts';
import { fetchEntries, isHashPresent, openEntryCursor, readHead } from './audit-store.ts';

const batchSize = 2_000;

/** Holds what entries speak of against what is stored of it. One for each verification. */
export interface RecordCheck {
  /** Gets the entries that hold, in order. */
  take(tx: Transaction, entries: readonly StoredEntry[]): Promise<AuditFault | null>;
  /** Asked when the whole log has been seen. */
  end(tx: Transaction, last: AuditHead): Promise<AuditFault | null>;
}

/** Walks the chain and remembers how far it holds. */
class ChainWalk {
  last: AuditHead = { sequence: 0, hash: genesisHash };
  readonly #proven = new Map<number, Set<string>>();
  #lastProven = 0;
  #highestProven = 0;

  constructor(evidence: CheckpointEvidence) {
    for (const { sequence, hash } of evidence.checkpoints) {
      this.#proven.set(sequence, (this.#proven.get(sequence) ?? new Set()).add(hash));
      this.#highestProven = Math.max(this.#highestProven, sequence);
    }
  }

  /** Takes a further entry that follows; says whether a checkpoint contradicts it. */
  take(entry: StoredEntry): AuditFault | null {
    this.last = { sequence: entry.sequence, hash: entry.hash };
    const hashes = this.#proven.get(entry.sequence);
    if (hashes === undefined) return null;
    if (hashes.size === 1 && hashes.has(entry.hash)) {
      this.#lastProven = entry.sequence;
      return null;
    }
    const from = this.#lastProven + 1;
    return {
      kind: 'altered',
      sequence: from,
      explanation: `Entries ${from} to ${entry.sequence} were rewritten with new hashes: a signed checkpoint names another hash for entry ${entry.sequence}.`,
    };
  }

  /** What the checkpoints say of a log that ends here. */
  end(): AuditFault | null {
    if (this.#highestProven <= this.last.sequence) return null;
    const place = this.last.sequence + 1;
    return {
      kind: 'truncated',
      sequence: place,
      explanation: `Entries ${place} to at least ${this.#highestProven} are missing at the end of the log: a signed checkpoint shows that they were there.`,
    };
  }
}

const explain = async (
  tx: Transaction,
  previous: AuditHead,
  entry: StoredEntry,
  next: StoredEntry | undefined,
): Promise<AuditFault> => {
  const isLinkTargetPresent = await isHashPresent(tx, entry.previousHash);
  return explainBrokenLink({ previous, entry, next, isLinkTargetPresent });
};

const walk = async (tx: Transaction, chain: ChainWalk, records?: RecordCheck): Promise<AuditFault | null> => {
  await openEntryCursor(tx);
  for (;;) {
    const batch = await fetchEntries(tx, batchSize);
    if (batch.length === 0) return null;
    for (const [index, entry] of batch.entries()) {
      if (!follows(entry, chain.last)) {
        const next = batch[index + 1] ?? (await fetchEntries(tx, 1))[0];
        return explain(tx, chain.last, entry, next);
      }
      const contradiction = chain.take(entry);
      if (contradiction !== null) return contradiction;
    }
    const recordFault = (await records?.take(tx, batch)) ?? null;
    if (recordFault !== null) return recordFault;
  }
};

const checkpointFileFault = (evidence: CheckpointEvidence): AuditFault | null => {
  const first = evidence.faults[0];
  if (first === undefined) return null;
  return { kind: 'altered', sequence: first.sequence, explanation: `The log itself holds, but ${first.explanation}.` };
};

/**
 * Checks the whole audit log, oldest entry first: that each entry has the hash that it was written with, links to the one
 * before, that the head row is the last entry, that no signed checkpoint contradicts it, and (by `records`) that what entries speak of is still
 * as it was. Reads in batches in one snapshot, so
 * the log may be of any size and be written to meanwhile. `entries` counts those that hold, up to the fault if there is one.
 *
 * What it cannot see: entries cut off after the newest checkpoint together with the head, when nothing else kept a copy.
 */
export const verifyAudit = (
  database: Database,
  evidence: CheckpointEvidence,
  records?: RecordCheck,
): Promise<AuditVerification> =>
  database.transaction(
    async (tx) => {
      const head = await readHead(tx);
      const chain = new ChainWalk(evidence);
      const fault =
        (await walk(tx, chain, records)) ??
        explainEnd(chain.last, head) ??
        chain.end() ??
        checkpointFileFault(evidence) ??
        (await records?.end(tx, chain.last)) ??
        null;
      return {
        valid: fault === null,
        entries: chain.last.sequence,
        headSequence: head.sequence,
        headHash: head.hash,
        checkpoints: evidence.checkpoints.length,
        fault,
      };
    },
    { isolation: 'repeatable read', readOnly: true },
  );
