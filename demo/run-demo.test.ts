import { describe, expect, it } from 'vitest';
import type { ItemSubmission } from '#contracts/item.ts';
import { demoCommunity } from './community.ts';
import { DemoStopped, runDemo } from './run-demo.ts';

const posts = demoCommunity(Date.UTC(2026, 0, 15))
  .filter(({ picture }) => picture === undefined)
  .slice(0, 40);

/** No picture is among these posts. */
const upload = async (): Promise<string> => {
  throw new Error('no picture was expected');
};

describe('sending the demo', () => {
  it('starts the posts in order, reports progress and counts the outcomes', async () => {
    const seen: string[] = [];
    let last = 0;
    const result = await runDemo({
      posts,
      upload,
      submit: async (submission: ItemSubmission) => {
        seen.push(submission.externalId!);
        return { decision: { outcome: 'approve' } };
      },
      onProgress: ({ sent }) => {
        last = sent;
      },
    });
    expect(seen).toEqual(posts.map((post) => post.submission.externalId));
    expect(last).toBe(40);
    expect(result).toMatchObject({ sent: 40, failed: 0, total: 40, failures: [] });
    const counted = Object.values(result.outcomes).reduce((sum, outcomes) => sum + (outcomes.approve ?? 0), 0);
    expect(counted).toBe(40);
  });

  it('passes over a post that is refused and names it', async () => {
    const bad = posts[3]!.submission.externalId;
    const result = await runDemo({
      posts,
      upload,
      submit: async (submission) => {
        if (submission.externalId === bad) throw new Error('refused');
        return { decision: { outcome: 'review' } };
      },
    });
    expect(result).toMatchObject({ sent: 39, failed: 1, failures: [{ id: posts[3]!.id, message: 'refused' }] });
  });

  it('stops when nobody is listening', async () => {
    let tries = 0;
    const run = runDemo({
      posts,
      upload,
      submit: async () => {
        tries += 1;
        throw new Error('connection refused');
      },
    });
    await expect(run).rejects.toThrow(DemoStopped);
    expect(tries).toBeLessThan(posts.length);
  });

  it('stops when told to', async () => {
    const abort = new AbortController();
    const result = await runDemo({
      posts,
      upload,
      signal: abort.signal,
      submit: async () => {
        abort.abort();
        return { decision: { outcome: 'approve' } };
      },
    });
    expect(result.sent).toBeLessThan(posts.length);
  });

  it('hands a picture in before the post that shows it', async () => {
    const withPictures = demoCommunity(Date.UTC(2026, 0, 15)).filter(({ picture }) => picture !== undefined);
    const seen: ItemSubmission[] = [];
    const bytes: number[] = [];
    await runDemo({
      posts: withPictures,
      concurrency: 1,
      upload: async (picture) => {
        bytes.push(picture.length);
        return `00000000-0000-7000-8000-00000000000${bytes.length}`;
      },
      submit: async (submission) => {
        seen.push(submission);
        return { decision: { outcome: 'review' } };
      },
    });
    expect(seen.length).toBeGreaterThan(3);
    expect(bytes.every((size) => size > 1_000)).toBe(true);
    for (const [index, { parts }] of seen.entries())
      expect(parts.at(-1)).toEqual({
        id: 'picture',
        kind: 'image',
        mediaId: `00000000-0000-7000-8000-00000000000${index + 1}`,
      });
  });
});
