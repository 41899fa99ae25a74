import { describe, expect, it } from 'vitest';
import { textOfPart } from '#engine/item-parts.ts';
import { demoCommunity } from './community.ts';

const now = Date.UTC(2026, 0, 15, 12);

describe('the demo community', () => {
  it('is about 300 items that the API would take, in the promised shares', () => {
    const posts = demoCommunity(now);
    const share = (expectation: string) => posts.filter((post) => post.expect === expectation).length / posts.length;
    expect(posts.length).toBeGreaterThan(280);
    expect(posts.length).toBeLessThan(320);
    expect(share('benign')).toBeCloseTo(0.6, 1);
    expect(share('borderline')).toBeCloseTo(0.2, 1);
    expect(share('violating')).toBeCloseTo(0.2, 1);
  });

  it('covers every surface and every category of layer 2, with a category on all that is not benign', () => {
    const posts = demoCommunity(now);
    expect(new Set(posts.map((post) => post.submission.surface))).toEqual(
      new Set(['comment', 'post', 'chat', 'profile', 'direct_message', 'review']),
    );
    const violated = new Set(posts.filter((post) => post.expect === 'violating').map((post) => post.category));
    expect(violated).toEqual(new Set(['hate_speech', 'harassment', 'sexual', 'violence', 'self_harm', 'spam']));
    expect(posts.filter((post) => (post.expect === 'benign') === (post.category !== undefined))).toEqual([]);
  });

  it('is the same every time, and counts ages back from the given moment', () => {
    expect(demoCommunity(now)).toEqual(demoCommunity(now));
    const burner = demoCommunity(now).find((post) => post.submission.account.id === 'burner_4471');
    expect(burner?.submission.account.createdAt).toBe('2026-01-14T12:00:00.000Z');
  });

  it('keeps each spam wave together, from many new accounts', () => {
    const posts = demoCommunity(now);
    const coins = posts.flatMap((post, index) => (post.submission.account.id.startsWith('lucky_coin') ? [index] : []));
    expect(coins.length).toBe(9);
    expect(coins.at(-1)! - coins[0]!).toBe(8);
    expect(new Set(coins.map((index) => posts[index]!.submission.account.id)).size).toBe(9);
  });

  it('names no site that could exist', () => {
    const links = demoCommunity(now).flatMap((post) =>
      post.submission.parts.flatMap((part) =>
        [...textOfPart(part).matchAll(/https?:\/\/([^\s/?#]+)/g)].map((match) => match[1]!),
      ),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((host) => !host.endsWith('.example'))).toEqual([]);
  });
});
