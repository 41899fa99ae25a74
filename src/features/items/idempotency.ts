import type { Queryable } from '#platform/database/database.ts';
import { conflict } from '#platform/http/problem-error.ts';

/** A stored or fresh answer to a submission. */
export interface SubmissionAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface StoredAnswer {
  body_hash: Buffer;
  status: number;
  answer: unknown;
}

const noKey = '00000000-0000-0000-0000-000000000000';

const otherBody = () =>
  conflict({
    type: 'idempotency-conflict',
    detail: 'This idempotency key was used before with another body.',
    remedy: 'Use a new key for a new submission, or send the same body again.',
    errors: [{ path: 'idempotencyKey', message: 'already used with another body' }],
  });

/** The answer kept under an idempotency key. @throws ProblemError 409 where the key was used with another body */
export const storedAnswer = async (
  db: Queryable,
  apiKeyId: string | null,
  key: string,
  bodyHash: Buffer,
): Promise<SubmissionAnswer | undefined> => {
  const rows = await db.prepared<StoredAnswer>(
    'idempotency-read',
    'SELECT body_hash, status, answer FROM idempotency_keys WHERE api_key_id = $1 AND key = $2',
    [apiKeyId ?? noKey, key],
  );
  const [stored] = rows;
  if (stored === undefined) return undefined;
  if (!stored.body_hash.equals(bodyHash)) throw otherBody();
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
export const idempotencyDays = 7;
export const forgetOldKeys = (db: Queryable, now: number): Promise<unknown[]> =>
  db.query('DELETE FROM idempotency_keys WHERE created_at < $1', [new Date(now - idempotencyDays * 86_400_000)]);
