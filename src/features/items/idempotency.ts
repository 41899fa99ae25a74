import { forgetIdempotency, readIdempotency } from '#features/decisions/index.ts';
import type { Queryable } from '#platform/database/database.ts';
import { conflict } from '#platform/http/problem-error.ts';

/** A stored or fresh answer to a submission. */
export interface SubmissionAnswer {
  readonly status: number;
  readonly body: unknown;
}

const otherBody = () =>
  conflict({
    type: 'idempotency-conflict',
    detail: 'This idempotency key was used before with another body.',
    remedy: 'Use a new key for a new submission, or send the same body again.',
    errors: [{ path: 'idempotencyKey', message: 'already used with another body' }],
  });

/** The answer kept under an idempotency key. @throws ProblemError 409 where the key was used with another body */
export const storedAnswer = async (
  database: Queryable,
  apiKeyId: string | null,
  key: string,
  bodyHash: Buffer,
): Promise<SubmissionAnswer | undefined> => {
  const stored = await readIdempotency(database, apiKeyId, key);
  if (stored === undefined) return undefined;
  if (!stored.bodyHash.equals(bodyHash)) throw otherBody();
  return { status: stored.status, body: stored.answer };
};

/**
 * Submissions under way in this process by idempotency key, so that two at once share one run. Between processes the table's primary
 * key settles it.
 */
export class SubmissionsUnderWay {
  readonly #running = new Map<string, { readonly bodyHash: Buffer; readonly answer: Promise<SubmissionAnswer> }>();

  share(
    apiKeyId: string | null,
    key: string,
    bodyHash: Buffer,
    run: () => Promise<SubmissionAnswer>,
  ): Promise<SubmissionAnswer> {
    const name = `${apiKeyId ?? ''}\n${key}`;
    const running = this.#running.get(name);
    if (running !== undefined) {
      if (!running.bodyHash.equals(bodyHash)) throw otherBody();
      return running.answer;
    }
    const answer = run().finally(() => this.#running.delete(name));
    this.#running.set(name, { bodyHash, answer });
    return answer;
  }
}

/** How long a key is remembered. */
const idempotencyDays = 7;
export const forgetOldKeys = (database: Queryable, now: number): Promise<void> =>
  forgetIdempotency(database, new Date(now - idempotencyDays * 86_400_000));
