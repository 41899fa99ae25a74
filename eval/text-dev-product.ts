import type { Row } from '../models/text-ngram/corpus.ts';
import type { Decided, DecidedRow, Outcome } from '../models/text-ngram/decide.ts';
import { CATEGORY_HEADS, type CategoryHead } from '../models/text-ngram/heads.ts';
import { composeTrial } from '../src/apps/compose.ts';

/** What the product itself made of a row: its own decision, and the fused probabilities behind it. */
export interface ProductRow {
  readonly decided: Decided;
  readonly fused: DecidedRow;
}

/** Items on their way at once: enough for the classifier to work in batches. */
const AT_ONCE = 64;

/**
 * Decides rows as `POST /v1/try` does: layers 1 and 2, the engine, the policy and term lists that ship. No language model and
 * no account history. Whatever is not approved or removed counts as left to a person.
 */
export async function decideWithProduct(rows: readonly Row[]): Promise<ProductRow[]> {
  const product = await composeTrial();
  const decide = async ({ set, text, labels }: Row): Promise<ProductRow> => {
    const answer = await product.trial({
      surface: 'comment',
      parts: [{ id: 'body', kind: 'text', text: text.toWellFormed().replaceAll('\u0000', ' ') || ' ' }],
    });
    const { outcome, assessments } = answer.decision;
    const ownOutcome: Outcome = outcome === 'approve' || outcome === 'remove' ? outcome : 'person';
    const removedFor = assessments.filter(({ status }) => status === 'remove').map(({ category }) => category);
    const fused: DecidedRow = {
      set,
      labels,
      weight: 1,
      assessed: answer.trace.some((signal) => signal.layer === 2 && signal.status === 'ok'),
      probabilities: Object.fromEntries(CATEGORY_HEADS.map((head) => [head, answer.scores[head] ?? 0])) as Record<
        CategoryHead,
        number
      >,
    };
    return { decided: { row: fused, outcome: ownOutcome, removedFor }, fused };
  };
  try {
    const decided: ProductRow[] = [];
    for (let start = 0; start < rows.length; start += AT_ONCE) {
      decided.push(...(await Promise.all(rows.slice(start, start + AT_ONCE).map(decide))));
    }
    return decided;
  } finally {
    await product.close();
  }
}
