import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeDetectorConformance } from '#test/conformance/detector-conformance.ts';
import { createClaimsDetector } from './claims-detector.ts';
import { readClaims } from './read-claims.ts';

/** Invented claims about an invented town. */
const file = [
  {
    id: 'towers',
    claim: 'Radio towers spread the river fever in Quellbach',
    variants: ['The river fever comes from the new radio towers'],
    review_url: 'https://facts.example/towers',
    rating: 'False',
  },
  { id: 'vote', claim: 'The mayoral election was moved to Wednesday the 14th' },
  { id: 'tonic', claim: 'Birch tonic does not cure gout or arthritis' },
  { id: 'coins', claim: 'Free coins can be claimed at coins.example by a call' },
]
  .map((line) => JSON.stringify(line))
  .join('\n');

const { claims, faults } = readClaims(file);
const detector = createClaimsDetector(claims, '1');
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
  const spans = signal!.evidence.flatMap((found) =>
    found.kind === 'span' ? [text.slice(found.start, found.end)] : [],
  );
  return { signal: signal!, spans };
};

describe('C1 known claims', () => {
  it.each([
    ['as it stands', 'Radio towers spread the river fever in Quellbach.', 'towers'],
    ['in another order', 'Fever!! In Quellbach the river fever is being spread by radio towers', 'towers'],
    [
      'with words between',
      'They will never tell you, but those ugly radio towers on the hill secretly spread this awful river fever all over Quellbach',
      'towers',
    ],
    ['in other forms of the words', 'A radio tower spreading river fever in Quellbach', 'towers'],
    ['disguised', 'R\u0430dio t0wers spr\u200bead the river f\u0435ver in Quellbach', 'towers'],
    ['in a variant', 'heard that the river fever comes from new radio towers', 'towers'],
    ['with a number', 'FYI: mayoral election moved to wednesday 14th', 'vote'],
    ['that denies something', "Birch tonic doesn't cure arthritis or gout", 'tonic'],
    [
      'late in a long text',
      `${'We walked along the river and looked at the boats. '.repeat(60)}Radio towers spread the river fever in Quellbach`,
      'towers',
    ],
  ])('finds a claim again %s, and a person decides', async (_, text, id) => {
    const { signal, spans } = await look(text);
    expect(signal).toMatchObject({ status: 'ok', scores: {}, attributes: { known_claims: 1 } });
    expect(signal.evidence[0]).toMatchObject({ kind: 'span', category: 'misinformation', label: `known claim ${id}` });
    expect(signal.effects).toEqual([
      { kind: 'route', queue: 'claims', category: 'misinformation' },
      { kind: 'label', label: 'known_claim' },
    ]);
    expect(spans[0]!.length).toBeLessThan(130);
  });

  it.each([
    ['another fact of the same town', 'The radio in Quellbach reported on the river'],
    [
      'the words far apart',
      `The towers of Quellbach were lit. ${'It was a long and quiet day. '.repeat(8)}We heard of a fever on the radio, and rumours spread. ${'It was a long and quiet day. '.repeat(8)}We swam in the river.`,
    ],
    ['half of it', 'Radio towers spread fear'],
    ['something else', 'See you at the match on Wednesday the 14th!'],
    ['nothing', ''],
  ])('does not find it in %s, which clears nothing', async (_, text) => {
    expect((await look(text)).signal).toMatchObject({ status: 'not_applicable', scores: {}, evidence: [] });
  });

  it.each([
    'No, radio towers do not spread the river fever in Quellbach',
    'It is a myth that radio towers spread river fever in Quellbach.',
    'Radio towers spread river fever in Quellbach? Debunked long ago.',
    'Birch tonic cures gout and arthritis',
  ])('what says the opposite is labelled, and nobody is troubled: %s', async (text) => {
    const { signal } = await look(text);
    expect(signal.effects).toEqual([{ kind: 'label', label: 'known_claim_denied' }]);
    expect(signal.evidence[0]).toMatchObject({ label: expect.stringMatching(/^denies the known claim/) });
  });

  it('tells people of the review, and quotes nothing', async () => {
    const { signal } = await look('Radio towers spread the river fever in Quellbach.');
    expect(signal.evidence[1]).toMatchObject({
      kind: 'fact',
      name: 'claim_review',
      value: 'False · https://facts.example/towers',
    });
    expect(JSON.stringify(signal)).not.toContain('spread');
  });
});

describe('C1 the file of known claims', () => {
  it('is written as the guide says', () => {
    const guide = readFileSync(new URL('../../../../docs/guides/misinformation.md', import.meta.url), 'utf8');
    const [, example = ''] = /```jsonl\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(readClaims(example)).toMatchObject({ claims: [{ id: 'towers-1', rating: 'False' }], faults: [] });
  });

  it('reads every line', () => {
    expect(faults).toEqual([]);
    expect(claims.map(({ id }) => id)).toEqual(['towers', 'vote', 'tonic', 'coins']);
  });

  it.each([
    ['no JSON', '{', /no JSON/],
    ['too few words', '{"id":"a","claim":"It is all fake"}', /telling words/],
    ['too many words', JSON.stringify({ id: 'a', claim: 'one river tower fever '.repeat(20) }), /telling words/],
    ['another field', '{"id":"a","claim":"Radio towers spread river fever","truth":0}', /truth: unknown field/],
    ['an id with blanks', '{"id":"a b","claim":"Radio towers spread river fever"}', /^id: /],
    [
      'another address',
      '{"id":"a","claim":"Radio towers spread river fever","review_url":"javascript:alert(1)"}',
      /^review_url/,
    ],
  ])('%s is named with its line', (_, line, message) => {
    const good = '{"id":"first","claim":"Radio towers spread river fever"}';
    const read = readClaims(`${good}\n\n${line}\n${good}`);
    expect(read.claims).toHaveLength(1);
    expect(read.faults).toEqual([
      { line: 3, message: expect.stringMatching(message) },
      { line: 4, message: 'id: `first` is used twice' },
    ]);
  });
});

describe('C1 E5', () => {
  describeDetectorConformance('known-claims, layer 1', () => detector);
});
