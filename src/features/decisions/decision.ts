import { createHash } from 'node:crypto';
import type { Decision } from '#contracts/decision.ts';
import type { AuditActor, AuditEntryInput } from '#features/audit/index.ts';
import { canonicalJson } from '#platform/canonical-json.ts';
import { formatUuid } from '#platform/ids.ts';

/** A decision before its place in the item's chain is known: that is settled under the item's lock. */
export type ProposedDecision = Omit<Decision, 'sequence' | 'supersedes'>;

/** The part of a decision that the `record` column holds; the rest has columns of its own. */
export type DecisionRecord = Omit<
  Decision,
  | 'id'
  | 'itemId'
  | 'itemVersion'
  | 'sequence'
  | 'supersedes'
  | 'trace'
  | 'decidedAt'
  | 'policyVersion'
  | 'epoch'
  | 'outcome'
  | 'decidedBy'
>;

/** A reviewer's name can change; who it was does not. */
const withoutName = (decidedBy: Decision['decidedBy']): Decision['decidedBy'] =>
  decidedBy.kind === 'reviewer' ? { kind: 'reviewer', accountId: decidedBy.accountId } : decidedBy;

/** SHA-256 over the canonical JSON of the whole decision, trace included: what the audit log keeps of it. */
export const decisionDigest = ({ decidedBy, ...decision }: Decision): string =>
  createHash('sha256')
    .update(canonicalJson({ ...decision, decidedBy: withoutName(decidedBy) }))
    .digest('hex');

/**
 * The id of the event that tells of an item's `sequence`-th decision: the same whenever it is computed, so that a receiver can tell a
 * repeat. A name-based UUID in the shape of RFC 9562 version 8 over SHA-256.
 */
export const eventId = (itemId: string, sequence: number): string =>
  formatUuid(
    8,
    createHash('sha256').update(`tidegate:decision-recorded:${itemId}:${sequence}`).digest().subarray(0, 16),
  );

/** The action of the entries below. */
export const decisionAction = 'decision-recorded';

/** What the audit log says of a decision: ids, numbers and its digest. */
export const decisionAudit = (
  decision: Decision,
  actor: AuditActor,
  details: Readonly<Record<string, unknown>> = {},
): AuditEntryInput => ({
  actor,
  action: decisionAction,
  subject: { kind: 'item', id: decision.itemId },
  details: {
    decisionId: decision.id,
    version: decision.itemVersion,
    sequence: decision.sequence,
    outcome: decision.outcome,
    layer: decision.layer,
    policyVersion: decision.policyVersion,
    digest: decisionDigest(decision),
    ...details,
  },
});

export const recordOf = (decision: Decision): DecisionRecord => {
  const {
    id,
    itemId,
    itemVersion,
    sequence,
    supersedes,
    trace,
    decidedAt,
    policyVersion,
    epoch,
    outcome,
    decidedBy,
    ...record
  } = decision;
  return record;
};
