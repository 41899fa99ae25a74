import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TermList } from '#contracts/lists.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { publishPolicy } from './support/policies.ts';
import { decisionOn, labelsOf, quoted, signalOf } from './support/trace.ts';

let app: TestApplication;
let platform: Client;
let maker: Client;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
  maker = await app.personClient('policy');
}, 60_000);
afterAll(() => app.stop());

const revisions = new Map<string, number>();
const saveList = async (list: Partial<TermList> & { id: string }): Promise<void> => {
  const revision = revisions.get(list.id) ?? 0;
  const body = { list: { name: list.id, kind: 'block', terms: [], patterns: [], ...list }, revision };
  const answer = await maker.request<{ revision: number }>(`/v1/term-lists/${list.id}`, { method: 'PUT', body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  revisions.set(list.id, answer.body.revision);
};
const term = (text: string, more: Record<string, unknown> = {}) => ({
  id: text.replaceAll(/\W/g, '-'),
  term: text,
  category: 'spam',
  severity: 5,
  mode: 'word' as const,
  ...more,
});

/** A word that nobody uses, so that only our own list can know it. */
const word = 'zorbleflux';

describe('B1 B2: terms, however they are disguised', () => {
  beforeAll(() =>
    saveList({
      id: 'words',
      terms: [term(word)],
      patterns: [{ id: 'plates', source: String.raw`\bzq-\d{4}\b`, category: 'spam', severity: 3 }],
    }),
  );

  it.each([
    ['as it is', 'zorbleflux'],
    ['in capitals', 'ZorBLEfluX'],
    ['in full width', '\uff5a\uff4f\uff52\uff42\uff4c\uff45\uff46\uff4c\uff55\uff58'],
    [
      'in mathematical letters',
      '\u{1d433}\u{1d428}\u{1d42b}\u{1d41b}\u{1d425}\u{1d41e}\u{1d41f}\u{1d425}\u{1d42e}\u{1d431}',
    ],
    ['with diacritics', 'z\u00f6rbl\u00e9flu\u0301x'],
    ['with Cyrillic look-alikes', 'z\u043erbl\u0435flux'],
    ['with invisible characters', 'zor\u200bble\u2060fl\u00adux'],
    ['in leet', 'z0rbl3flux'],
    ['spaced out', 'z o r b l e f l u x'],
    ['with dots between', 'z.o.r.b.l.e.f.l.u.x'],
    ['stretched', 'zooorbleeeefluuux'],
  ])('%s is found, and the evidence covers what was written', async (_how, disguise) => {
    const text = `Here \u{1f600} we have ${disguise} for everybody`;
    const signal = signalOf(
      await decisionOn(platform, text, { account: { id: `b1-${disguise.length}-${_how}` } }),
      'terms',
    );
    expect(signal.scores.spam).toBeGreaterThan(0);
    expect(quoted(signal, text)).toEqual([disguise]);
  });

  it('ordinary words with the same letters in them are not', async () => {
    for (const text of ['zorble flux capacitor', 'the zorblefluxes of old', 'bazorblefluxing'])
      expect(signalOf(await decisionOn(platform, text), 'terms').scores).toEqual({});
  });

  it('a pattern in linear time is found', async () => {
    const text = 'the number plate ZQ-1234? no: zq-1234';
    expect(quoted(signalOf(await decisionOn(platform, text), 'terms'), text)).toContain('zq-1234');
  });

  it('an allow list wins over every block list, where they overlap and nowhere else', async () => {
    await saveList({ id: 'allowed', kind: 'allow', terms: [term(`${word} cake`)] });
    const text = `A ${word} cake, please. And ${word} for the rest.`;
    const signal = signalOf(await decisionOn(platform, text), 'terms');
    expect(signal.evidence).toEqual([expect.objectContaining({ start: text.lastIndexOf(word) })]);
    expect(signalOf(await decisionOn(platform, `One more ${word} cake`), 'terms').scores).toEqual({});
  });

  it('a list for a locale is for that locale; one that is switched off is for nobody', async () => {
    await saveList({ id: 'german', locale: 'de', terms: [term('quirrlpott')] });
    await saveList({ id: 'switched-off', enabled: false, terms: [term('quarrlputt')] });
    const scoresIn = async (text: string, locale: string) =>
      signalOf(await decisionOn(platform, text, { locale }), 'terms').scores;
    expect(await scoresIn('Das ist ein quirrlpott', 'de-AT')).toHaveProperty('spam');
    expect(await scoresIn('Das ist ein quirrlpott', 'fr')).toEqual({});
    expect(await scoresIn('Das ist ein quarrlputt', 'de')).toEqual({});
  });

  it('a saved list counts for the next decision, and a removed one no more', async () => {
    await saveList({ id: 'short-lived', terms: [term('flimmerzwonk')] });
    expect(signalOf(await decisionOn(platform, 'a flimmerzwonk'), 'terms').scores).toHaveProperty('spam');
    expect((await maker.request('/v1/term-lists/short-lived', { method: 'DELETE' })).status).toBeLessThan(300);
    expect(signalOf(await decisionOn(platform, 'a flimmerzwonk'), 'terms').scores).toEqual({});
  });

  it('a term alone never removes: it is a finding that the models and people weigh', async () => {
    const decision = await decisionOn(platform, `My cat is called ${word} and she loves the sun`, {
      account: { id: 'cat-owner' },
    });
    expect(decision.outcome).not.toBe('remove');
    const spam = decision.assessments.find(({ category }) => category === 'spam');
    expect(spam?.contributions.map(({ detector }) => detector)).toContain('terms');
  });

  it('lists ship with the product', async () => {
    const { body } = await maker.request<{ entries: { origin: string; terms: number }[] }>('/v1/term-lists');
    const shipped = body.entries.filter(({ origin }) => origin === 'default');
    expect(shipped.length).toBeGreaterThan(1);
    expect(shipped.reduce((sum, { terms }) => sum + terms, 0)).toBeGreaterThan(300);
  });
});

describe('B3: links and contacts', () => {
  it('a listed domain is found under any of its names', async () => {
    const body = {
      list: { id: 'shops', name: 'Shops', kind: 'block', category: 'spam', domains: ['b\u00fccher-billig.example'] },
      revision: 0,
    };
    expect((await maker.request('/v1/domain-lists/shops', { method: 'PUT', body })).status).toBeLessThan(300);
    for (const host of [
      'b\u00fccher-billig.example',
      'www.xn--bcher-billig-dlb.example',
      'B\u00dcCHER-BILLIG.example',
    ]) {
      const text = `Look at https://${host}/deal today`;
      const signal = signalOf(await decisionOn(platform, text, { account: { id: 'bookworm' } }), 'links');
      expect(signal.scores.spam, host).toBeGreaterThan(0.5);
    }
    expect(
      signalOf(await decisionOn(platform, 'Look at https://buecher.example/deal today'), 'links').scores.spam ?? 0,
    ).toBeLessThan(0.5);
  });

  it('shorteners, look-alikes and contacts are named where they stand', async () => {
    const text = 'See https://bit.ly/3xYz1 or http://paypa1.com/login or call +1 (555) 010-2233, or t.me/quickcash';
    const signal = signalOf(await decisionOn(platform, text, { account: { id: 'b3' } }), 'links');
    expect(labelsOf(signal).join('; ')).toMatch(/shortener/);
    expect(labelsOf(signal).join('; ')).toMatch(/look-alike of paypal/);
    expect(signal.attributes).toMatchObject({ shorteners: 1, look_alikes: 1, phone_numbers: 1 });
    expect(quoted(signal, text).some((span) => span.includes('paypa1.com'))).toBe(true);
    expect(signal.scores.spam).toBeGreaterThan(0);
  });

  it('an ordinary link is none', async () => {
    const signal = signalOf(
      await decisionOn(platform, 'The recipe is from https://en.wikipedia.org/wiki/Bread, page two.'),
      'links',
    );
    expect(signal.scores.spam ?? 0).toBeLessThan(0.2);
  });
});

describe('B4: structural spam', () => {
  it('repetition and floods of emoji are found; what people write is not', async () => {
    const repeated = signalOf(
      await decisionOn(platform, 'buy '.repeat(20).trim(), { account: { id: 'b4' } }),
      'structural',
    );
    expect(repeated.scores.spam).toBeGreaterThan(0.2);
    expect(labelsOf(repeated).join()).toContain('on end');
    const flood = signalOf(
      await decisionOn(platform, `${'\u{1f4b0}'.repeat(25)} hey`, { account: { id: 'b4' } }),
      'structural',
    );
    expect(flood.scores.spam).toBeGreaterThan(0);
    expect(
      signalOf(
        await decisionOn(platform, 'Ha ha ha, that was so good! See you on Sunday.', { account: { id: 'b4' } }),
        'structural',
      ).scores,
    ).toEqual({});
  });

  it('the same text from many accounts counts, also when each copy is disguised', async () => {
    const copies = [
      'The best soap in town, ask for it in the shop',
      'the BEST soap in town -- ask for it in the shop!',
      'The b\u0435st s\u043eap in town, ask for it in the shop',
    ];
    for (let n = 0; n < 6; n += 1)
      await submit(platform, comment(copies[n % 3]!, { account: { id: `soap-${n}` }, deadlineMs: 20_000 }));
    const decision = await decisionOn(platform, copies[0]!, { account: { id: 'soap-last' } });
    expect(decision.labels).toContain('coordinated');
    expect(signalOf(decision, 'account').attributes.content_accounts_1h).toBe(6);
    expect(['review', 'remove']).toContain(decision.outcome);
  });
});

describe('B4 B5: velocity and account signals', () => {
  it('many posts in a minute from one account', async () => {
    const posts = Array.from({ length: 17 }, (_, n) =>
      comment(`Thought number ${n} of the day`, { account: { id: 'fast' }, deadlineMs: 20_000 }),
    );
    expect((await platform.request('/v1/items/batch', { body: { items: posts } })).status).toBe(200);
    const decision = await decisionOn(platform, 'And one more thought', { account: { id: 'fast' } });
    expect(decision.labels).toContain('velocity');
    expect(signalOf(decision, 'account').attributes.account_posts_1m).toBe(17);
    expect(decision.assessments.find(({ category }) => category === 'spam')?.floor).toBeGreaterThan(0);
  });

  it('a new account weighs more than an old one, and one that was removed before weighs more still', async () => {
    const aged = async (id: string, ageDays: number) => {
      const createdAt = new Date(Date.now() - ageDays * 86_400_000).toISOString();
      return (
        signalOf(
          await decisionOn(platform, 'A quiet remark about gardening', { account: { id, createdAt } }),
          'account',
        ).scores.spam ?? 0
      );
    };
    expect(await aged('a-new-one', 0)).toBeGreaterThan(await aged('an-old-one', 3_000));

    await publishPolicy(maker, (document) => {
      document.rules.push({
        id: 'removes',
        title: 'For this test',
        after: 1,
        when: 'text.contains("remove-me-now")',
        effects: [{ kind: 'act', outcome: 'remove', category: 'spam' }],
        enabled: true,
      });
    });
    for (let n = 0; n < 3; n += 1) await decisionOn(platform, `remove-me-now ${n}`, { account: { id: 'repeat' } });
    const decision = await decisionOn(platform, 'An ordinary remark', { account: { id: 'repeat' } });
    expect(decision.labels).toContain('repeat_offender');
    expect(signalOf(decision, 'account').attributes.account_removed_30d).toBe(3);
  });
});

describe('B8: rules in CEL, published through the API', () => {
  it('are checked before, and change the very next decision', async () => {
    const when = 'text.contains("raffle") && account.tier == "new" && item.surface == "chat"';
    expect((await maker.request('/v1/rules/check', { body: { when } })).body).toMatchObject({
      valid: true,
      cost: expect.any(Number),
    });
    const text = 'Come to the raffle of the sports club on Sunday';
    const before = await decisionOn(platform, text, { surface: 'chat', account: { id: 'club-1' } });
    expect(before.labels).not.toContain('raffle');
    await publishPolicy(maker, (document) => {
      document.rules.push({
        id: 'raffles',
        title: 'Raffles in chat go to the gambling queue',
        after: 1,
        when,
        effects: [
          { kind: 'label', label: 'raffle' },
          { kind: 'route', queue: 'gambling' },
          { kind: 'prioritise', by: 30 },
        ],
        enabled: true,
      });
    });
    const after = await decisionOn(platform, text, { surface: 'chat', account: { id: 'club-2' } });
    expect(after).toMatchObject({
      outcome: 'review',
      queue: 'gambling',
      stopReason: 'routed_by_rule',
      policyVersion: before.policyVersion + 1,
    });
    expect(after.labels).toContain('raffle');
    expect(after.priority).toBeGreaterThanOrEqual(30);
    expect(signalOf(after, 'rules').evidence).toContainEqual(
      expect.objectContaining({ kind: 'rule', ruleId: 'raffles' }),
    );
    const elsewhere = await decisionOn(platform, text, { surface: 'post', account: { id: 'club-3' } });
    expect(elsewhere.labels).not.toContain('raffle');
  });

  it('can act finally at layer 1, hold, and speak of the models’ scores after layer 2', async () => {
    await publishPolicy(maker, (document) => {
      const rule = (id: string, after: 1 | 2, when: string, effects: (typeof document.rules)[number]['effects']) => ({
        id,
        title: id,
        after,
        when,
        effects,
        enabled: true,
      });
      document.rules.push(
        rule('known_scam', 1, 'text.contains("scam-4711")', [
          { kind: 'act', outcome: 'remove', category: 'spam', actions: ['limit_rate'] },
        ]),
        rule('held_word', 1, 'text.contains("hold-4711")', [{ kind: 'hold' }]),
        rule('after_models', 2, 'scores.harassment < 2.0', [{ kind: 'label', label: 'models_have_spoken' }]),
      );
    });
    const removed = await decisionOn(platform, 'This is scam-4711', { account: { id: 'b8-a' } });
    expect(removed).toMatchObject({
      outcome: 'remove',
      layer: 1,
      stopReason: 'final_effect',
      actions: ['remove', 'limit_rate'],
      categories: ['spam'],
      confidence: 1,
    });
    // Layer 1 was certain: nothing dearer was asked.
    expect(removed.trace.map(({ layer }) => layer)).not.toContain(2);
    const held = await decisionOn(platform, 'This is hold-4711', { account: { id: 'b8-b' } });
    expect(held).toMatchObject({ outcome: 'review', display: 'under_review' });
    expect(held.labels).toContain('models_have_spoken');
  });
});
