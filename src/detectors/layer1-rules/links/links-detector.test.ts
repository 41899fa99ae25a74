import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainList } from '#contracts/lists.ts';
import { type Signal, signalSchema } from '#contracts/signal.ts';
import type { DetectorInput } from '#engine/ports/detector.ts';
import { createLinksDetector } from './links-detector.ts';
import texts from './test-data/texts.json' with { type: 'json' };

const inputOf = (text: string): DetectorInput => ({
  part: { id: 'part-1', kind: 'text', text },
  context: {
    item: { account: { id: 'a' }, surface: 'comment', parts: [{ id: 'part-1', kind: 'text', text }] },
    account: { id: 'a', tier: 'new' },
    counters: {},
    reposts: {},
    signals: [],
    now: 0,
  },
});

const inspect = async (text: string, domainLists: readonly DomainList[] = []): Promise<Signal> => {
  const [signal] = await createLinksDetector({ domainLists }).detect([inputOf(text)], new AbortController().signal);
  return signal!;
};

const covered = (text: string, { evidence }: Signal): string[] =>
  evidence.map((one) => (one.kind === 'span' ? text.slice(one.start, one.end) : ''));

const list = (kind: DomainList['kind'], category: string, ...domains: string[]): DomainList => ({
  id: `${kind}-${category}`,
  name: `${kind} ${category}`,
  kind,
  enabled: true,
  category,
  domains,
});

describe('links and contacts', () => {
  for (const { text, attribute, covers } of texts.telling) {
    it(`finds ${attribute}: ${text}`, async () => {
      const signal = await inspect(text);
      expect(Object.keys(signal.attributes)).toContain(attribute);
      expect(covered(text, signal)).toContain(covers);
      expect(signal.scores.spam).toBeGreaterThan(0.1);
      expect(signal.scores.spam).toBeLessThanOrEqual(0.75);
    });
  }

  for (const text of texts.ordinary) {
    it(`says nothing of: ${text}`, async () => {
      const signal = await inspect(text);
      expect(signal).toMatchObject({ status: 'ok', scores: {} });
    });
  }

  it('names the brand that a host imitates', async () => {
    const { evidence } = await inspect('http://paypa1.com');
    expect(evidence.map(({ label }) => label)).toContain('look-alike of paypal.com (letters)');
  });

  it('points out a mail address without holding it against anybody', async () => {
    const { evidence, attributes } = await inspect('write to anna@example.org');
    expect(attributes).toMatchObject({ mail_addresses: 1 });
    expect(evidence).toEqual([{ kind: 'span', partId: 'part-1', start: 9, end: 25, label: 'mail address' }]);
  });

  it('quotes nothing of the text, since the record stays when the text is erased', async () => {
    const signal = await inspect(
      'http://bücherquokka.de and https://paypal.com:quokka@quokka.example/login quokka@example.org',
    );
    expect(signal.evidence.length).toBeGreaterThan(2);
    expect(JSON.stringify(signal)).not.toContain('quokka');
  });

  it('adds up different signs', async () => {
    const one = await inspect('see lucky.top');
    const two = await inspect('see lucky dot top');
    expect(two.scores.spam).toBeGreaterThan(one.scores.spam!);
  });
});

describe('domain lists', () => {
  const blocked = list(
    'block',
    'violence',
    'Bad.Example',
    '*.worse.example',
    'https://worst.example/path',
    'bücher.example',
  );

  it.each([
    'https://bad.example/x',
    'http://deep.below.bad.example',
    'https://WORSE.example',
    'worst[.]example https://worst.example',
  ])("finds %s in the list's category", async (text) => {
    expect((await inspect(text, [blocked])).scores.violence).toBe(0.6);
  });

  it('reads internationalised entries', async () => {
    expect((await inspect('https://xn--bcher-kva.example/', [blocked])).scores.violence).toBe(0.6);
  });

  it('does not take a domain that merely ends alike for a listed one', async () => {
    expect((await inspect('https://notbad.example and https://example', [blocked])).scores).toEqual({});
  });

  it('lets allow lists silence everything about a link', async () => {
    const allow = list('allow', 'spam', 'good.bad.example', 'tinyurl.com');
    const signal = await inspect('https://good.bad.example https://tinyurl.com/a', [blocked, allow]);
    expect(signal).toMatchObject({ status: 'ok', scores: {}, evidence: [] });
    expect((await inspect('https://other.bad.example', [blocked, allow])).scores.violence).toBe(0.6);
  });

  it('leaves disabled lists alone', async () => {
    expect((await inspect('https://bad.example', [{ ...blocked, enabled: false }])).scores).toEqual({});
  });

  it('stays under the removal thresholds of csam and ncii, which a list must never reach alone', async () => {
    const lists = [list('block', 'csam', 'a.example', 'b.example'), list('block', 'ncii', 'a.example', 'b.example')];
    const { scores } = await inspect('https://a.example https://b.example', lists);
    expect(scores).toEqual({ csam: 0.45, ncii: 0.55 });
  });

  it('judges spam and what its lists are about', () => {
    expect(createLinksDetector({ domainLists: [blocked] }).judges).toEqual(['spam', 'violence']);
  });
});

const pieces = fc.constantFrom(
  ...[
    'http://',
    'hxxp',
    '[.]',
    ' dot ',
    'com',
    'paypal',
    '.',
    '@',
    '-',
    ' ',
    '\u200b',
    'а',
    'ｅ',
    '𝐚',
    '\ud835',
    '😀',
    '+44 ',
    '7700',
    '(',
    ')',
  ],
  ...['telegram', ':', '0x', 'xn--', '/', '1', '。', 'ı', 'İ', '%', '?', '#', '\n', 'bc1q', '0', 'www', '[', ']'],
);
const anyText = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((some) => some.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

describe('any text', () => {
  it('gets a valid signal whose evidence lies inside the part, the same each time', async () => {
    const lists = [list('block', 'violence', 'paypal.com')];
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const signal = await inspect(text, lists);
        expect(() => signalSchema.parse(signal)).not.toThrow();
        for (const one of signal.evidence) {
          if (one.kind !== 'span') throw new Error('only spans are expected');
          expect(one.start).toBeLessThan(one.end);
          expect(one.end).toBeLessThanOrEqual(text.length);
        }
        expect({ ...(await inspect(text, lists)), durationMs: 0 }).toEqual({ ...signal, durationMs: 0 });
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    'http://',
    'a.com ',
    '@',
    '[.]',
    ' dot com',
    '1 ',
    'telegram ',
    '\u200b',
    'paypal.com.',
    '\ud800',
    '(',
    '0x',
    'xn--',
  ])('of 200,000 characters of %j gets an answer', async (piece) => {
    const text = piece.repeat(Math.ceil(200_000 / piece.length)).slice(0, 200_000);
    const signal = await inspect(text);
    expect(signal.status).toBe('ok');
    expect(signal.evidence.length).toBeLessThanOrEqual(100);
  });

  it('is left to other detectors when it is no text, and unavailable when aborted', async () => {
    const detector = createLinksDetector({ domainLists: [] });
    const { context } = inputOf('');
    const [none] = await detector.detect([{ context }], new AbortController().signal);
    expect(none?.status).toBe('not_applicable');
    const [aborted] = await detector.detect([inputOf('x')], AbortSignal.abort());
    expect(aborted).toMatchObject({ status: 'unavailable', reason: 'aborted' });
  });
});
