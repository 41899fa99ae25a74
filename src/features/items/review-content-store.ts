import type { Policy } from '#contracts/policy.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { decisionsOfItem } from '#features/decisions/index.ts';
import { withheldParts } from '#features/media/index.ts';
import type { ReviewContentReader } from '#features/review/index.ts';
import type { Queryable } from '#platform/database/database.ts';
import { notFound } from '#platform/http/problem-error.ts';
import { withDerivedTexts } from './derived-text-store.ts';
import { trustTier } from './item.ts';
import { itemById, versionOf } from './item-store.ts';
import type { PartMediaReader } from './part-media.ts';
import { withoutAddresses, withoutHidden } from './withheld-content.ts';

interface AccountRow {
  first_seen_at: Date;
  created_at: Date | null;
  items: number;
  removed: number;
  last_removed_at: Date | null;
}
interface StandingRow {
  id: string;
  outcome: string;
  categories: string[];
  decided_by: string;
  updated_at: Date;
}

const accountOf = async (
  database: Queryable,
  accountId: string,
  exceptItem: string,
  now: number,
): Promise<ReviewTaskDetail['account']> => {
  const [account] = await database.query<AccountRow>(
    'SELECT first_seen_at, created_at, items, removed, last_removed_at FROM accounts WHERE id = $1',
    [accountId],
  );
  const recent = await database.query<StandingRow>(
    `SELECT id, outcome, categories, decided_by, updated_at FROM items WHERE account_id = $1 AND id <> $2 AND outcome IS NOT NULL ORDER BY created_at DESC LIMIT 20`,
    [accountId, exceptItem],
  );
  const facts = {
    firstSeenAt: account?.first_seen_at ?? null,
    createdAt: account?.created_at ?? null,
    items: account?.items ?? 0,
    removed: account?.removed ?? 0,
    lastRemovedAt: account?.last_removed_at ?? null,
  };
  return {
    id: accountId,
    tier: trustTier(facts, now),
    items: facts.items,
    removed: facts.removed,
    firstSeenAt: facts.firstSeenAt?.toISOString() ?? null,
    recent: recent.map(({ id, outcome, categories, updated_at }) => ({
      itemId: id,
      outcome,
      categories,
      at: updated_at.toISOString(),
    })),
  };
};

/** Earlier items with the same normalised text, newest first. */
const similarTo = async (
  database: Queryable,
  itemId: string,
  contentKey: Buffer | null,
): Promise<ReviewTaskDetail['similar']> => {
  if (contentKey === null) return [];
  const rows = await database.query<StandingRow>(
    `SELECT i.id, i.outcome, i.categories, i.decided_by, i.updated_at FROM item_versions v JOIN items i ON i.id = v.item_id AND i.version = v.version
     WHERE v.content_key = $1 AND i.id <> $2 AND i.outcome IS NOT NULL ORDER BY v.created_at DESC LIMIT 10`,
    [contentKey, itemId],
  );
  return rows.map(({ id, outcome, decided_by, updated_at }) => ({
    itemId: id,
    outcome,
    decidedBy: decided_by,
    at: updated_at.toISOString(),
  }));
};

const policyTexts = (policy: Policy, categories: readonly string[]): ReviewTaskDetail['policy'] =>
  categories.flatMap((category) => {
    const found = policy.categories[category];
    return found === undefined
      ? []
      : [
          {
            category,
            title: found.title,
            clause: found.clause,
            text: found.text,
            severity: found.severity,
            examples: found.examples,
          },
        ];
  });

/** Everything around an item that a reviewer needs, read fresh for each look. */
export const createReviewContentReader = (dependencies: {
  readonly database: Queryable;
  readonly policy: () => Promise<Policy>;
  readonly now: () => number;
  readonly media: PartMediaReader;
}): ReviewContentReader => ({
  async read(itemId, version, role) {
    const { database, policy, now } = dependencies;
    const [item, content, history] = await Promise.all([
      itemById(database, itemId),
      versionOf(database, itemId, version),
      decisionsOfItem(database, itemId),
    ]);
    const decision = history.find(({ itemVersion }) => itemVersion === version);
    if (item === undefined || content === undefined || decision === undefined) {
      throw notFound({
        detail: `There is no version ${version} of item ${itemId}.`,
        remedy: 'Go back to the queue; the item may have been changed.',
      });
    }
    const suspected = [
      ...new Set([
        ...decision.categories,
        ...decision.assessments
          .filter(({ status }) => status !== 'clear' && status !== 'not_assessed')
          .map(({ category }) => category),
      ]),
    ];
    const [account, similar, current, media, told, withheld] = await Promise.all([
      accountOf(database, item.account_id, itemId, now()),
      similarTo(database, itemId, content.content_key),
      policy(),
      dependencies.media({ itemId, version, parts: content.content?.parts ?? [] }, role),
      withDerivedTexts(database, itemId, [decision]),
      withheldParts(database, itemId, role),
    ]);
    const hidden = withheld.get(version);
    return {
      content: withoutAddresses(content.content, hidden),
      media,
      decision: withoutHidden(told[0]!, hidden),
      history,
      account,
      similar,
      policy: policyTexts(current, suspected),
    };
  },
});
