import type { Action } from '#contracts/action.ts';
import type { Decision } from '#contracts/decision.ts';
import { readEpoch } from '#features/policies/index.ts';
import {
  type HumanDecision,
  HumanDecisionConflict,
  type HumanDecisionRecorder,
  withdrawTasks,
} from '#features/review/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Transaction } from '#platform/database/database.ts';
import { invalidRequest } from '#platform/http/problem-error.ts';
import { newId } from '#platform/ids.ts';
import { decisionAudit } from './decision.ts';
import { decisionById, writeDecisions } from './decision-store.ts';
import type { ItemRows } from './ports.ts';

const plainOutcome = { approve: 'approved', remove: 'removed' } as const;

/** The person's decision, built on what the machine saw: its signals and assessments stay readable beside it. */
const humanVerdict = (
  basis: Decision,
  decision: HumanDecision,
): Pick<Decision, 'outcome' | 'display' | 'actions' | 'categories' | 'rationale'> => {
  const actions: Action[] =
    decision.outcome === 'remove'
      ? [...new Set<Action>(['remove', ...decision.actions])]
      : [...new Set(decision.actions)];
  const machine =
    decision.machineCall === undefined
      ? ''
      : ` The reviewer finds the machine's call ${decision.machineCall === 'unsure' ? 'hard to judge' : decision.machineCall}.`;
  return {
    outcome: decision.outcome,
    display: decision.outcome === 'approve' ? 'published' : 'removed',
    actions,
    categories: [...decision.categories],
    rationale: `A reviewer ${plainOutcome[decision.outcome]} it${decision.categories.length === 0 ? '' : ` for ${decision.categories.join(', ')}`}, after layer ${basis.layer} had asked for a person.${machine}`,
  };
};

/** A decision assesses every category of its policy; a person names some of these, and none of their own making. */
const refuseUnknownCategories = ({ categories }: HumanDecision, { assessments, policyVersion }: Decision): void => {
  const known = new Set(assessments.map(({ category }) => category));
  const errors = categories.flatMap((category, index) =>
    known.has(category)
      ? []
      : [{ path: `categories[${index}]`, message: `version ${policyVersion} of the policy has no such category` }],
  );
  if (errors.length === 0) return;
  throw invalidRequest({
    detail: 'The decision names a category that the policy does not have.',
    remedy: `Name one of: ${[...known].join(', ')}.`,
    errors,
  });
};

/** Records people's decisions in the same chain, with the same events and audit entries, as the machine's. */
export const createHumanDecisionRecorder = (dependencies: {
  readonly items: ItemRows;
  readonly clock: Clock;
}): HumanDecisionRecorder => ({
  async record(tx: Transaction, human: HumanDecision) {
    const epoch = await readEpoch(tx);
    const before = (await dependencies.items.lock(tx, [human.itemId])).get(human.itemId);
    if (before === undefined || (before.deleted && !human.evenIfDeleted)) throw new HumanDecisionConflict('deleted');
    if (before.version !== human.itemVersion) throw new HumanDecisionConflict('newer_version');
    if (before.decisionId !== human.basedOnDecisionId) throw new HumanDecisionConflict('decided_since');
    const basis = await decisionById(tx, human.basedOnDecisionId);
    if (basis === undefined) throw new HumanDecisionConflict('decided_since');
    refuseUnknownCategories(human, basis);

    const now = dependencies.clock.now();
    const decision: Decision = {
      ...basis,
      ...humanVerdict(basis, human),
      // What its author has deleted is not shown again, whatever is decided about it.
      ...(before.deleted ? { display: 'removed' as const } : {}),
      id: newId(now),
      sequence: before.decisionSequence + 1,
      supersedes: before.decisionId,
      epoch,
      queue: null,
      confidence: 1,
      layer: 5,
      stopReason: 'reviewer',
      priority: 0,
      decidedBy: { kind: 'reviewer', accountId: human.reviewer.accountId, displayName: human.reviewer.displayName },
      note: human.note ?? null,
      latencyMs: Math.max(0, now - Date.parse(basis.decidedAt)),
      costUsd: basis.costUsd,
      decidedAt: new Date(now).toISOString(),
    };
    await dependencies.items.apply(tx, [{ change: { kind: 'none' }, decision, before }]);
    await writeDecisions(tx, [{ decision, accountId: before.accountId, externalId: before.externalId }]);
    await withdrawTasks(tx, [human.itemId], 'decided_elsewhere', human.taskId);
    return {
      decisionId: decision.id,
      auditEntries: [
        decisionAudit(decision, { kind: 'console', id: human.reviewer.accountId }, { taskId: human.taskId }),
      ],
    };
  },
});
