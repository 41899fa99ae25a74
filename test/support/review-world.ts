import type { Decision } from '#contracts/decision.ts';
import type { ItemContent } from '#contracts/item.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import { systemActor } from '#features/audit/index.ts';
import {
  createHumanDecisionRecorder,
  DecisionWriter,
  type ItemChange,
  type ProposedDecision,
} from '#features/decisions/index.ts';
import { createReviewContentReader, itemRows } from '#features/items/index.ts';
import { readEpoch } from '#features/policies/index.ts';
import { createReviewService, type ReviewService } from '#features/review/index.ts';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { newTask, type TestClock } from './review.ts';

const policy = {
  ...policyDocumentSchema.parse({
    name: 'Review tests',
    categories: {
      harassment: {
        title: 'Harassment',
        review: 0.5,
        remove: 0.9,
        severity: 3,
        clause: '2.1',
        text: 'Do not go after people.',
        examples: [{ text: 'Nobody likes you.', verdict: 'violates' }],
      },
    },
  }),
  id: 'default',
  version: 1,
};

const contentOf = (text: string): ItemContent => ({
  account: { id: 'user-42' },
  surface: 'comment',
  parts: [{ id: 'body', kind: 'text', text }],
});

/** A machine's decision that asks for a person, or one that does not. */
const machineDecision = (
  itemId: string,
  itemVersion: number,
  epoch: number,
  at: Date,
  outcome: 'review' | 'approve',
): ProposedDecision => ({
  id: newId(at.getTime()),
  itemId,
  itemVersion,
  outcome,
  display: outcome === 'review' ? 'under_review' : 'published',
  actions: [],
  categories: outcome === 'review' ? ['harassment'] : [],
  notAssessed: [],
  labels: [],
  queue: null,
  confidence: 0.7,
  layer: outcome === 'review' ? 5 : 2,
  stopReason: outcome === 'review' ? 'layers_exhausted' : 'all_clear',
  rationale: 'Harassment lies between the thresholds.',
  assessments: [
    {
      category: 'harassment',
      status: outcome === 'review' ? 'between' : 'clear',
      probability: outcome === 'review' ? 0.7 : 0.1,
      review: 0.5,
      remove: 0.9,
      contributions: [],
      missing: [],
      floor: null,
    },
  ],
  priority: outcome === 'review' ? 50 : 0,
  policyId: policy.id,
  policyVersion: policy.version,
  epoch,
  facts: {
    surface: 'comment',
    locale: null,
    tier: 'new',
    layers: [{ layer: 1, judges: ['harassment'] }],
    reach: null,
    partKinds: [{ id: 'body', kind: 'text' }],
    qualitySampled: false,
    interrupted: null,
    lastAttempt: false,
  },
  trace: [],
  decidedBy: { kind: 'machine' },
  note: null,
  latencyMs: 3,
  costUsd: 0,
  decidedAt: at.toISOString(),
});

export interface ReviewWorld {
  readonly review: ReviewService;
  /** Records a new item with a decision that asks for a person. */
  addItem(text?: string, basePriority?: number): Promise<{ itemId: string; taskId: string; decisionId: string }>;
  /** Records a new version of an item, which asks for a person again or does not. */
  edit(itemId: string, version: number, outcome?: 'review' | 'approve'): Promise<'committed' | 'superseded'>;
  /** Records another machine decision about the same version, as a late result or a continuation does. */
  decideAgain(itemId: string, version: number, outcome?: 'review' | 'approve'): Promise<'committed' | 'superseded'>;
}

/** Review over the real items, decisions and audit: what a platform's submissions leave behind, without its HTTP. */
export const createReviewWorld = (database: Database, clock: TestClock): ReviewWorld => {
  const writer = new DecisionWriter({ database, items: itemRows, clock });
  const review = createReviewService({
    database,
    clock,
    recorder: createHumanDecisionRecorder({ items: itemRows, clock }),
    content: createReviewContentReader({
      database,
      policy: async () => policy,
      now: () => clock.now(),
      media: async () => [],
    }),
  });

  const commit = async (
    itemId: string,
    version: number,
    change: ItemChange,
    outcome: 'review' | 'approve',
    basePriority = 50,
  ): Promise<{ decision: Decision | null; taskId: string }> => {
    const epoch = await database.transaction((tx) => readEpoch(tx));
    const decision = machineDecision(itemId, version, epoch, clock.date(), outcome);
    const {
      itemId: _item,
      itemVersion: _version,
      decisionId: _decision,
      ...task
    } = newTask(clock.date(), { basePriority });
    const result = await writer.commit({
      change,
      decision,
      actor: systemActor,
      ...(outcome === 'review' ? { task } : {}),
    });
    if (result.kind !== 'committed' && result.kind !== 'superseded') throw new Error(`unexpected ${result.kind}`);
    return { decision: result.kind === 'committed' ? result.decision : null, taskId: task.id };
  };

  const newVersion = (text: string) => ({
    content: contentOf(text),
    contentKey: null,
    createdAt: clock.date(),
    excerpt: text,
    searchText: text,
  });

  return {
    review,
    async addItem(text = 'You know what you are.', basePriority = 50) {
      const itemId = newId(clock.now());
      const change: ItemChange = { kind: 'create', apiKeyId: null, version: newVersion(text) };
      const { decision, taskId } = await commit(itemId, 1, change, 'review', basePriority);
      if (decision === null) throw new Error('a new item cannot be superseded');
      return { itemId, taskId, decisionId: decision.id };
    },
    async edit(itemId, version, outcome = 'review') {
      const change: ItemChange = { kind: 'revise', version: newVersion(`Edited: version ${version}.`) };
      return (await commit(itemId, version, change, outcome)).decision === null ? 'superseded' : 'committed';
    },
    async decideAgain(itemId, version, outcome = 'review') {
      return (await commit(itemId, version, { kind: 'none' }, outcome)).decision === null ? 'superseded' : 'committed';
    },
  };
};
