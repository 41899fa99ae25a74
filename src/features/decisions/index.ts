export type { ProposedDecision } from './decision.ts';
export { decisionsOfItem, wasEverRemoved } from './decision-store.ts';
export { type CommitResult, type DecisionCommit, DecisionWriter } from './decision-writer.ts';
export { createHumanDecisionRecorder } from './human-decision.ts';
export { forgetIdempotency, readIdempotency } from './idempotency-store.ts';
export type {
  DecisionEffects,
  ItemChange,
  ItemRows,
  ItemState,
  ItemWrite,
  NewVersion,
  PartFindings,
} from './ports.ts';
export { createDecisionCheck } from './recorded-decisions.ts';
