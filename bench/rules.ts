import { performance } from 'node:perf_hooks';
import { parse } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { Rule } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import { createRulesDetector } from '#detectors/layer1-rules/cel/rules-detector.ts';
import { textOfPart } from '#engine/item-parts.ts';
import type { DetectorContext } from '#engine/ports/detector.ts';
import { createActivation } from '#engine/rules/activation.ts';
import { compileRules, evaluateRules } from '#engine/rules/evaluate-rules.ts';
import { compilePatternSet } from '#engine/text/pattern-set.ts';
import { measure } from './measure.ts';
import type { BenchRow } from './table.ts';

const ruleCount = 200;
const itemCount = 2_000;
const words =
  'the match tomorrow was about new coins prize friend offer read please thread never game update people house again today cheap link winter music street'.split(
    ' ',
  );

/** A small linear congruential generator: the same texts in every run. */
const createRandom = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

const textOf = (random: () => number, length: number): string => {
  let text = '';
  while (text.length < length) text += `${words[Math.floor(random() * words.length)]} `;
  return text.slice(0, length);
};

/** What policy teams write: mostly facts and counters, some scores of earlier detectors, one in ten with a pattern. */
const templates: readonly ((index: number) => string)[] = [
  (index) => `account.ageDays < ${1 + (index % 30)} && counters.account_posts_1h > ${5 + index}`,
  (index) => `counters.content_accounts_1h >= ${3 + (index % 9)} && size(text) > ${20 + index}`,
  (index) =>
    `item.surface in ["comment", "chat"] && text.contains("${words[index % words.length]} ${words[(index * 7) % words.length]}")`,
  (index) => `has(account.followers) && account.followers < ${index} && account.tier == "new"`,
  (index) => `scores.exists(category, scores[category] > 0.${60 + (index % 39)})`,
  (index) => `"links" in signals && signals["links"].attributes.links > ${index % 7}`,
  (index) => `has(item.metadata.channel) && item.metadata.channel == "channel-${index}"`,
  (index) =>
    `has(scores.spam) && scores.spam * 2 > 1.${index % 10} && account.removed / account.items > 0.${1 + (index % 9)}`,
  (index) => `item.reach.followers >= ${1_000 * (index + 1)} || item.reach.views >= ${5_000 * (index + 1)}`,
  (index) =>
    `re(text, "(?i)\\\\b${words[index % words.length]} +(${words[(index * 3) % words.length]}|${words[(index * 5) % words.length]})s?${index}\\\\b")`,
];

/** 200 rules as policy teams write them. */
export const rules: readonly Rule[] = Array.from({ length: ruleCount }, (_, index) => ({
  id: `rule_${index}`,
  title: `Rule ${index}`,
  after: 1 as const,
  when: templates[index % templates.length]!(index),
  effects: [{ kind: 'label' as const, label: `label_${index}` }],
  enabled: true,
}));

const signalOf = (detector: string, scores: Signal['scores'], attributes: Signal['attributes']): Signal => ({
  detector,
  version: '1',
  layer: 1,
  status: 'ok',
  scores,
  attributes,
  evidence: [],
  durationMs: 0,
  costUsd: 0,
});

const contextOf = (random: () => number, length: number): DetectorContext => ({
  item: {
    account: { id: 'account-1' },
    surface: 'comment',
    parts: [{ id: 'p1', kind: 'text', text: textOf(random, length) }],
    reach: { followers: Math.floor(random() * 5_000), views: 10 },
    metadata: { channel: 'general' },
  },
  account: { id: 'account-1', tier: 'new', ageMs: random() * 1e10, items: 20, removed: 1, followers: 12 },
  counters: {
    account_posts_1m: 1,
    account_posts_1h: Math.floor(random() * 40),
    account_posts_24h: 9,
    content_posts_1h: 0,
    content_accounts_1h: 0,
    content_accounts_24h: 0,
    account_removed_30d: 0,
  },
  reposts: {},
  signals: [
    signalOf('terms', { harassment: random() * 0.5 }, {}),
    signalOf('links', { spam: random() * 0.6 }, { links: 1 }),
    signalOf('structural', { spam: random() * 0.4 }, { capitals_share: 0.1 }),
  ],
  now: 0,
});

const benchCel = async (contexts: readonly DetectorContext[]): Promise<BenchRow[]> => {
  const start = performance.now();
  const set = compileRules(rules);
  const compileMs = performance.now() - start;
  if (set.faults.length > 0) throw new Error(`rule ${set.faults[0]!.rule.when}: ${set.faults[0]!.fault.message}`);
  const detector = createRulesDetector(rules, 1);
  const { signal } = new AbortController();
  const [answer] = await detector.detect([{ context: contexts[0]! }], signal);
  const plain = rules.filter(({ when }) => !when.includes('re(')).map(({ when }) => when);
  const parsedAnew = contexts.slice(0, 50).map((context) => () => {
    const activation = { ...createActivation(context) };
    for (const when of plain) {
      try {
        parse(when)(activation);
      } catch {
        // A fact that this item does not have.
      }
    }
  });
  return [
    await measure(
      `${ruleCount} CEL rules, 160 characters, the whole detector`,
      contexts.map((context) => () => detector.detect([{ context }], signal)),
      `checked and compiled once in ${compileMs.toFixed(0)} ms; ${answer?.attributes.rules_matched ?? 0} matched the first item`,
    ),
    await measure(
      `${ruleCount} CEL rules, evaluation alone`,
      contexts.map((context) => {
        const activation = createActivation(context);
        return () => evaluateRules(set, activation);
      }),
    ),
    await measure(
      `alternative: ${plain.length} CEL rules parsed for each item`,
      parsedAnew,
      'the same library, without patterns',
    ),
  ];
};

const benchPatterns = async (contexts: readonly DetectorContext[]): Promise<BenchRow[]> => {
  const sources = Array.from({ length: 200 }, (_, index) => {
    const [one, two, three] = [3, 5, 7].map((step) => words[(index * step) % words.length]);
    return `(?i)\\b${one}\\W{1,3}(${two}|${three})[a-z]{0,3}${index}\\b`;
  });
  const { set, errors } = compilePatternSet(sources.map((source) => ({ source })));
  if (errors.length > 0) throw new Error(errors[0]!.reason);
  const texts = contexts.map(({ item }) => textOfPart(item.parts[0]));
  const single = sources.map((source) => RE2JS.compile(source));
  const v8 = sources.map((source) => new RegExp(source.replace('(?i)', ''), 'i'));
  return [
    await measure(
      '200 regular expressions in one RE2 set, 160 characters',
      texts.map((text) => () => set.match(text)),
    ),
    await measure(
      'alternative: the same, one RE2 after the other',
      texts.slice(0, 300).map((text) => () => single.filter((expression) => expression.matcher(text).find())),
    ),
    await measure(
      'alternative: the same in V8, one after the other',
      texts.map((text) => () => v8.filter((expression) => expression.test(text))),
      'exponential for hostile patterns',
    ),
  ];
};

/** 200 rules and 200 regular expressions per item, on ordinary items of 160 characters. */
export async function benchRules(): Promise<BenchRow[]> {
  const random = createRandom(7);
  const contexts = Array.from({ length: itemCount }, () => contextOf(random, 160));
  return [...(await benchCel(contexts)), ...(await benchPatterns(contexts))];
}
