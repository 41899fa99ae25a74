import { describe, expect, it } from 'vitest';
import { sentencesOf } from './check-worthiness.ts';
import { createCheckWorthinessDetector } from './check-worthiness-detector.ts';

const detector = createCheckWorthinessDetector();
const look = async (text: string) => {
  const context = {
    item: { account: { id: 'a' }, surface: 'comment', parts: [] },
    account: { id: 'a', tier: 'new' as const },
    counters: {},
    reposts: {},
    signals: [],
    now: 0,
  };
  const [signal] = await detector.detect(
    [{ part: { id: 'body', kind: 'text', text }, context }],
    new AbortController().signal,
  );
  return signal!;
};

describe('C1 check-worthiness', () => {
  it.each([
    'A new study shows that tap water in Quellbach causes kidney stones.',
    'According to the mayor, 4,000 voters were registered twice in 2019',
    'Share this before they delete it: garlic cures diabetes, doctors admitted',
  ])('is high for what claims a fact: %s', async (text) => {
    const { scores, attributes, evidence } = await look(text);
    expect(attributes.check_worthiness).toBeGreaterThan(0.8);
    expect(evidence).toMatchObject([{ kind: 'span', start: 0, end: text.length, label: 'worth checking' }]);
    // Never a score: nothing here knows what is true.
    expect(scores).toEqual({});
  });

  it.each([
    'I feel so happy today, thanks everyone!',
    'Does garlic cure diabetes?',
    'Please send me your recipe',
    'lol nice',
    '1234 5678',
    '',
  ])('is low for what claims none: %s', async (text) => {
    const { attributes, evidence } = await look(text);
    expect(attributes.check_worthiness).toBeLessThan(0.3);
    expect(evidence).toEqual([]);
  });

  it('is that of the sentence that claims most, which is pointed out', async () => {
    const claim = 'Officials confirmed that 300 patients died in Quellbach last year.';
    const text = `I hope you are well! ${claim} What do you think?\nSee you soon`;
    const signal = await look(text);
    const [found] = signal.evidence;
    expect(found?.kind === 'span' && text.slice(found.start, found.end).trim()).toBe(claim);
  });

  it('cuts texts into sentences without losing any, and ends with long ones', () => {
    const text = 'One. Two!  Three?\n\nFour, 3.5 and e.g. five';
    expect(sentencesOf(text).map(({ start, end }) => text.slice(start, end).trim())).toEqual([
      'One.',
      'Two!',
      'Three?',
      'Four, 3.5 and e.g.',
      'five',
    ]);
    expect(sentencesOf('word '.repeat(100_000)).length).toBeLessThanOrEqual(40);
  });

  it('is done with a million marks in a row that end no sentence', () => {
    const text = `Look at this${'.'.repeat(1_000_000)}x and that`;
    expect(sentencesOf(text)[0]).toEqual({ start: 0, end: 400 });
  });

  it('cuts no character in two', () => {
    const text = `a${'\u{1F600}b'.repeat(400)}`;
    for (const { start, end } of sentencesOf(text)) expect(text.slice(start, end).isWellFormed()).toBe(true);
  });
});
