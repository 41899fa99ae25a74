import type { TermList } from '#contracts/lists.ts';
import type { PolicyDocument } from '#contracts/policy.ts';
import { type AuditEntryInput, appendAudit, systemActor } from '#features/audit/index.ts';
import type { Database } from '#platform/database/database.ts';
import { documentDigest } from './check-list.ts';
import { bumpEpoch, lockConfiguration } from './epoch-store.ts';
import { termListHeads, writeTermList } from './list-store.ts';
import { activeVersionNumber, insertPolicyVersion, policyId } from './policy-store.ts';

export interface PolicySeeds {
  /** Published as version 1 where nothing is published yet; never again afterwards. */
  readonly defaultDocument: PolicyDocument;
  /** Lists that come with the product. New ones are added; those that nobody has edited follow the product. */
  readonly termLists: readonly TermList[];
}

/**
 * Puts the default policy and lists in place. Safe to run at every start and from several processes at once: whoever comes second finds
 * nothing left to do. Returns whether anything was changed.
 */
export const seedPolicies = (database: Database, { defaultDocument, termLists }: PolicySeeds): Promise<boolean> =>
  database.transaction(async (tx) => {
    await lockConfiguration(tx);
    const entries: AuditEntryInput[] = [];
    if ((await activeVersionNumber(tx)) === 0) {
      await insertPolicyVersion(tx, 1, defaultDocument, 'The policy that Tidegate comes with', {
        actor: systemActor,
        name: null,
      });
      const details = { version: 1, basedOn: 0, digest: documentDigest(defaultDocument) };
      entries.push({
        actor: systemActor,
        action: 'policy-published',
        subject: { kind: 'policy', id: policyId },
        details,
      });
    }
    const known = new Map((await termListHeads(tx)).map((head) => [head.id, head]));
    for (const list of termLists) {
      const digest = documentDigest(list);
      const current = known.get(list.id);
      // A list of somebody's own with the same id, or one that somebody has edited, stays as it is.
      if (current !== undefined && (current.origin !== 'default' || current.revision > 1 || current.digest === digest))
        continue;
      await writeTermList(tx, { list, digest, revision: 1 }, 'default');
      entries.push({
        actor: systemActor,
        action: 'term-list-saved',
        subject: { kind: 'term_list', id: list.id },
        details: { revision: 1, digest },
      });
    }
    if (entries.length === 0) return false;
    await bumpEpoch(tx);
    await appendAudit(tx, entries);
    return true;
  });
