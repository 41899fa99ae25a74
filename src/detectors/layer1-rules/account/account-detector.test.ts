import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signalSchema } from '#contracts/signal.ts';
import type { DetectorContext } from '#engine/ports/detector.ts';
import { createAccountDetector } from './account-detector.ts';

const day = 86_400_000;
const detector = createAccountDetector();
const contextOf = (
  extra: Partial<DetectorContext> = {},
  metadata?: DetectorContext['item']['metadata'],
): DetectorContext => ({
  item: {
    account: { id: 'a1' },
    surface: 'comment',
    parts: [{ id: 'p1', kind: 'text', text: 'hello' }],
    ...(metadata === undefined ? {} : { metadata }),
  },
  account: { id: 'a1', tier: 'new' },
  counters: {},
  reposts: {},
  signals: [],
  now: 0,
  ...extra,
});
const judge = async (context: DetectorContext) => {
  const [signal] = await detector.detect([{ context }], AbortSignal.timeout(1_000));
  return signalSchema.parse(signal);
};

describe('account detector', () => {
  it('says nothing of an account of which nothing is known', async () => {
    expect(await judge(contextOf())).toMatchObject({ status: 'ok', scores: {}, attributes: {}, evidence: [] });
  });

  it('finds a new account that floods with a text that others post too', async () => {
    const signal = await judge(
      contextOf({
        account: { id: 'a1', tier: 'new', ageMs: day / 4 },
        counters: { account_posts_1m: 20, content_accounts_1h: 16 },
      }),
    );
    expect(signal.scores.spam).toBeGreaterThan(0.7);
    expect(signal.evidence.map((entry) => entry.kind === 'fact' && entry.name)).toEqual([
      'content_accounts_1h',
      'account_posts_1m',
      'account_age_days',
    ]);
  });

  it('gives no score where all that is known speaks for the account', async () => {
    const signal = await judge(
      contextOf({
        account: { id: 'a1', tier: 'veteran', ageMs: 900 * day, items: 400, removed: 0 },
        counters: { account_posts_1h: 2 },
      }),
    );
    expect(signal.scores).toEqual({});
    expect(signal.attributes).toMatchObject({ account_age_days: 900, account_posts_1h: 2, account_removed_share: 0 });
  });

  it('reads what the platform says of the address', async () => {
    const quiet = await judge(contextOf({}, { address_accounts_24h: 1, address_is_proxy: false }));
    const loud = await judge(
      contextOf({}, { address_accounts_24h: 24, address_is_proxy: true, address_changed_country: true }),
    );
    expect(quiet.scores).toEqual({});
    expect(loud.scores.spam).toBeGreaterThan(0.5);
  });

  it('never takes a counter that could not be read for zero, and says which', async () => {
    const unread = { account_posts_1m: null, content_accounts_1h: null };
    expect(await judge(contextOf({ counters: unread }))).toMatchObject({
      status: 'unavailable',
      attributes: { unavailable_counters: 'account_posts_1m, content_accounts_1h' },
    });
    const partly = await judge(contextOf({ account: { id: 'a1', tier: 'new', ageMs: 0 }, counters: unread }));
    expect(partly).toMatchObject({
      status: 'ok',
      attributes: { unavailable_counters: 'account_posts_1m, content_accounts_1h' },
    });
    expect(partly.attributes).not.toHaveProperty('account_posts_1m');
  });

  const count = fc.option(fc.nat({ max: 5_000 }));
  const counters = fc.record({
    account_posts_1m: count,
    account_posts_1h: count,
    content_accounts_1h: count,
    account_removed_30d: count,
  });

  it('law: more posting, more copies and more removals never lower the score', async () => {
    await fc.assert(
      fc.asyncProperty(
        counters,
        fc.constantFrom('account_posts_1m', 'account_posts_1h', 'content_accounts_1h', 'account_removed_30d'),
        fc.nat({ max: 500 }),
        async (values, name, more) => {
          const before = await judge(contextOf({ counters: values }));
          const after = await judge(
            contextOf({ counters: { ...values, [name]: (values[name as keyof typeof values] ?? 0) + more } }),
          );
          expect(after.scores.spam ?? 0).toBeGreaterThanOrEqual(before.scores.spam ?? 0);
        },
      ),
    );
  });

  it('law: the same input gives the same signal, alone or in a batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(counters, { minLength: 1, maxLength: 5 }), async (batch) => {
        const inputs = batch.map((values) => ({ context: contextOf({ counters: values }) }));
        const together = await detector.detect(inputs, AbortSignal.timeout(1_000));
        const alone = await Promise.all(inputs.map(async ({ context }) => judge(context)));
        expect(together).toEqual(alone);
      }),
    );
  });
});
