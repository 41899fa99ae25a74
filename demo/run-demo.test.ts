import { describe, expect, it } from 'vitest';
import type { ItemSubmission } from '#contracts/item.ts';
import { demoCommunity } from './community.ts';
import { DemoStopped, runDemo } from './run-demo.ts';

const posts = demoCommunity(Date.UTC(2026, 0, 15)).slice(0, 40);

describe('sending the demo', () => {
  it('starts the posts in order, reports progress and counts the outcomes', async () => {
    const seen: string[] = [];
    let last = 0;
    const result = await runDemo({
      posts,
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
      signal: abort.signal,
      submit: async () => {
        abort.abort();
        return { decision: { outcome: 'approve' } };
      },
    });
    expect(result.sent).toBeLessThan(posts.length);
  });
});
