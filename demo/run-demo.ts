import { readFile } from 'node:fs/promises';
import type { Outcome } from '#contracts/decision.ts';
import type { ItemSubmission } from '#contracts/item.ts';
import type { DemoPost, Expectation } from './community.ts';

export interface DemoProgress {
  readonly sent: number;
  readonly failed: number;
  readonly total: number;
}

export interface DemoResult extends DemoProgress {
  /** How many posts of each expectation got which outcome. */
  readonly outcomes: Readonly<Record<Expectation, Readonly<Partial<Record<Outcome, number>>>>>;
  /** Of the posts that were not taken, the first ten. */
  readonly failures: readonly { readonly id: string; readonly message: string }[];
}

export interface DemoOptions {
  /** Sends one item through the real pipeline, in this process or over HTTP. */
  readonly submit: (submission: ItemSubmission) => Promise<{ readonly decision: { readonly outcome: Outcome } }>;
  /** Hands a picture in first; gives the media id that the post names it by. */
  readonly upload: (picture: Uint8Array) => Promise<string>;
  readonly posts: readonly DemoPost[];
  readonly onProgress?: (progress: DemoProgress) => void;
  readonly signal?: AbortSignal;
  /** How many posts are under way at once. */
  readonly concurrency?: number;
}

/** Several failures in a row mean that nobody is listening, not that a post is bad. */
const failuresInARow = 8;

/** The pipeline took none of several posts in a row. */
export class DemoStopped extends Error {
  override readonly name = 'DemoStopped';
}

const pictureDeadlineMs = 20_000;

const withPicture = async (
  { submission, picture }: DemoPost,
  upload: DemoOptions['upload'],
): Promise<ItemSubmission> => {
  if (picture === undefined) return submission;
  const mediaId = await upload(await readFile(picture));
  const parts: ItemSubmission['parts'] = [...submission.parts, { id: 'picture', kind: 'image', mediaId }];
  // Reading a picture may take longer than a platform would wait; here nobody does.
  return { ...submission, parts, deadlineMs: pictureDeadlineMs };
};

/**
 * Sends the posts in order. A post that fails is counted and passed over.
 *
 * @throws DemoStopped when several posts in a row are refused, with the last reason.
 */
export const runDemo = async ({
  submit,
  upload,
  posts,
  onProgress,
  signal,
  concurrency = 4,
}: DemoOptions): Promise<DemoResult> => {
  const outcomes: Record<Expectation, Partial<Record<Outcome, number>>> = { benign: {}, borderline: {}, violating: {} };
  const failures: { id: string; message: string }[] = [];
  let next = 0;
  let sent = 0;
  let failed = 0;
  let row = 0;
  let stopped = false;

  const sendOne = async (post: DemoPost): Promise<void> => {
    try {
      const { decision } = await submit(await withPicture(post, upload));
      const counts = outcomes[post.expect];
      counts[decision.outcome] = (counts[decision.outcome] ?? 0) + 1;
      sent += 1;
      row = 0;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failed += 1;
      row += 1;
      if (failures.length < 10) failures.push({ id: post.id, message });
      if (row >= failuresInARow) {
        stopped = true;
        throw new DemoStopped(`The demo was stopped: ${row} posts in a row were refused, the last with: ${message}`, {
          cause: error,
        });
      }
    }
    onProgress?.({ sent, failed, total: posts.length });
  };
  const worker = async (): Promise<void> => {
    for (let post = posts[next++]; post !== undefined && !stopped && !signal?.aborted; post = posts[next++]) {
      await sendOne(post);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, worker));
  return { sent, failed, total: posts.length, outcomes, failures };
};
