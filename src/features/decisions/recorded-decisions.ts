import { setImmediate } from 'node:timers/promises';
import type { Decision } from '#contracts/decision.ts';
import type { AuditFault, RecordCheck, StoredEntry } from '#features/audit/index.ts';
import type { Transaction } from '#platform/database/database.ts';
import { decisionAction, decisionDigest } from './decision.ts';
import { countDecisions, decisionsByIds } from './decision-store.ts';

/** Decisions that are looked at before others have a turn: each is hashed with its whole trace. */
const lookedAtOnce = 100;

interface Recorded {
  readonly sequence: number;
  readonly decisionId: string;
  readonly digest: unknown;
}

/** What an entry that holds says of a decision. */
const readEntry = ({ sequence, details }: StoredEntry): Recorded => {
  const { decisionId, digest } = JSON.parse(details) as { decisionId: string; digest: unknown };
  return { sequence, decisionId, digest };
};

const digestOrNull = (decision: Decision): string | null => {
  try {
    return decisionDigest(decision);
  } catch {
    return null;
  }
};

const faultOf = ({ sequence, decisionId, digest }: Recorded, decision: Decision | undefined): AuditFault | null => {
  if (decision === undefined) {
    const explanation = `The log itself holds, but decision ${decisionId}, which entry ${sequence} recorded, is gone.`;
    return { kind: 'removed', sequence, explanation };
  }
  if (digestOrNull(decision) === digest) return null;
  const explanation = `The log itself holds, but decision ${decisionId} is not what entry ${sequence} recorded.`;
  return { kind: 'altered', sequence, explanation };
};

/** Holds every decision against the digest that the audit log keeps of it, and looks for decisions that no entry speaks of. */
export const createDecisionCheck = (): RecordCheck => {
  let recorded = 0;

  const checkSome = async (tx: Transaction, some: readonly Recorded[]): Promise<AuditFault | null> => {
    const ids = some.map(({ decisionId }) => decisionId);
    const found = new Map((await decisionsByIds(tx, ids)).map((decision) => [decision.id, decision]));
    for (const entry of some) {
      const fault = faultOf(entry, found.get(entry.decisionId));
      if (fault !== null) return fault;
    }
    return null;
  };

  return {
    async take(tx, entries) {
      const all = entries.filter(({ action }) => action === decisionAction).map(readEntry);
      recorded += all.length;
      for (let from = 0; from < all.length; from += lookedAtOnce) {
        const fault = await checkSome(tx, all.slice(from, from + lookedAtOnce));
        if (fault !== null) return fault;
        await setImmediate();
      }
      return null;
    },
    async end(tx, last) {
      const stored = await countDecisions(tx);
      if (stored <= recorded) return null;
      const explanation = `The log itself holds, but there are ${stored} decisions and entries for ${recorded}.`;
      return { kind: 'inserted', sequence: last.sequence, explanation };
    },
  };
};
