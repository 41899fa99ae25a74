import type { Action } from '#contracts/action.ts';
import type { Decision } from '#contracts/decision.ts';
import { systemActor } from '#features/audit/index.ts';
import { DecisionWriter, type ItemChange, type ProposedDecision } from '#features/decisions/index.ts';
import { createEnforcement, type Enforcement, type EnforcementOptions } from '#features/enforcement/index.ts';
import { itemRows } from '#features/items/index.ts';
import { readEpoch } from '#features/policies/index.ts';
import { systemClock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { silentLog } from '#platform/telemetry/log.ts';

/** Enforcement over this database that may send to this machine and is quick to repeat. */
export const createTestEnforcement = (database: Database, options: Partial<EnforcementOptions> = {}): Enforcement =>
  createEnforcement({
    database,
    clock: systemClock,
    log: silentLog,
    secretKey: 'the secret key of the test installation',
    allowedPrivateHosts: ['127.0.0.1'],
    pollMs: 20,
    timeoutMs: 2_000,
    delaysMs: [20, 20, 20],
    ...options,
  });

const proposed = (itemId: string, version: number, epoch: number, decided: Partial<Decision>): ProposedDecision => ({
  id: newId(),
  itemId,
  itemVersion: version,
  outcome: 'approve',
  display: 'published',
  actions: [],
  categories: [],
  notAssessed: [],
  labels: [],
  queue: null,
  confidence: 0.9,
  layer: 1,
  stopReason: 'all_clear',
  rationale: 'Nothing was found.',
  assessments: [],
  priority: 0,
  policyId: 'default',
  policyVersion: 1,
  epoch,
  facts: {
    surface: 'comment',
    locale: null,
    tier: 'new',
    layers: [],
    reach: null,
    partKinds: [{ id: 'body', kind: 'text' }],
    qualitySampled: false,
    interrupted: null,
    lastAttempt: false,
  },
  trace: [],
  decidedBy: { kind: 'machine' },
  note: null,
  latencyMs: 1,
  costUsd: 0,
  decidedAt: new Date().toISOString(),
  ...decided,
});

export interface Decisions {
  /** Records a new item's first decision. */
  decide(accountId: string, decided?: Partial<Decision>): Promise<Decision>;
  /** Records a new version of the item with its decision. */
  decideEdited(before: Decision, accountId: string, actions: readonly Action[]): Promise<Decision>;
}

/** Decisions as a process records them: through a writer of its own, on real rows. */
export const createDecisions = (database: Database): Decisions => {
  const writer = new DecisionWriter({ database, items: itemRows, clock: systemClock });
  const contentOf = (accountId: string) => ({
    content: {
      account: { id: accountId },
      surface: 'comment',
      parts: [{ id: 'body', kind: 'text' as const, text: 'Good morning.' }],
    },
    contentKey: null,
    createdAt: new Date(),
    excerpt: 'Good morning.',
    searchText: 'Good morning.',
  });
  const commit = async (change: ItemChange, itemId: string, version: number, decided: Partial<Decision>) => {
    const epoch = await readEpoch(database);
    const decision = proposed(itemId, version, epoch, decided);
    const result = await writer.commit({ change, decision, actor: systemActor });
    if (result.kind !== 'committed') throw new Error(`unexpected ${result.kind}`);
    return result.decision;
  };
  return {
    decide: (accountId, decided = {}) =>
      commit({ kind: 'create', apiKeyId: null, version: contentOf(accountId) }, newId(), 1, decided),
    decideEdited: (before, accountId, actions) =>
      commit({ kind: 'revise', version: contentOf(accountId) }, before.itemId, before.itemVersion + 1, {
        actions: [...actions],
        ...(actions.includes('remove') ? { outcome: 'remove', display: 'removed' } : {}),
      }),
  };
};
