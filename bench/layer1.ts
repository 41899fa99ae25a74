import type { Rule } from '#contracts/policy.ts';
import { createHashBanksDetector } from '#detectors/layer1-hashes/banks/hash-banks-detector.ts';
import { noHashBanks } from '#detectors/layer1-hashes/banks/no-hash-banks.ts';
import { createRepostsDetector } from '#detectors/layer1-hashes/reposts/reposts-detector.ts';
import { createAccountDetector } from '#detectors/layer1-rules/account/account-detector.ts';
import { createRulesDetector } from '#detectors/layer1-rules/cel/rules-detector.ts';
import { loadDefaultTermLists } from '#detectors/layer1-rules/default-terms/default-term-lists.ts';
import { createFilesDetector } from '#detectors/layer1-rules/files/files-detector.ts';
import { createLinksDetector } from '#detectors/layer1-rules/links/links-detector.ts';
import { createStructuralDetector } from '#detectors/layer1-rules/structural/structural-detector.ts';
import { createTermsDetector } from '#detectors/layer1-rules/terms/terms-detector.ts';
import type { DetectorContext } from '#engine/ports/detector.ts';
import { type EngineEnvironment, runLayer } from '#engine/run-layer.ts';
import { makeTerms, makeTexts, patternSources, seeded, toList } from './layer1-text.ts';
import { measure } from './measure.ts';
import { rules } from './rules.ts';
import type { BenchRow } from './table.ts';

const termCount = 10_000;

export const environment: EngineEnvironment = {
  elapsed: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

const contextOf = (text: string): DetectorContext => ({
  item: { account: { id: 'bench' }, surface: 'comment', parts: [{ id: 'body', kind: 'text', text }], locale: 'en' },
  account: { id: 'bench', tier: 'established', ageMs: 40 * 86_400_000, items: 120, removed: 1, followers: 80 },
  counters: {
    account_posts_1m: 1,
    account_posts_1h: 4,
    account_posts_24h: 9,
    content_posts_1h: 0,
    content_accounts_1h: 0,
    content_accounts_24h: 0,
    account_removed_30d: 0,
  },
  reposts: {},
  signals: [],
  now: 1_800_000_000_000,
});

/** All of layer 1 as the engine runs it: 10,000 terms, 200 expressions, links, structure, account, re-posts and 200 CEL rules. */
export async function benchLayer1(): Promise<BenchRow[]> {
  const random = seeded(11);
  const defaults = loadDefaultTermLists();
  const shipped = defaults.reduce((sum, { terms }) => sum + terms.length, 0);
  const terms = makeTerms(random, termCount - shipped);
  const texts = makeTexts(
    random,
    terms.map(({ term }) => term),
  );
  const detectorsWith = (count: number, ruleSet: readonly Rule[]) => [
    createTermsDetector([...defaults, toList(terms.slice(0, count), patternSources())]),
    createLinksDetector({ domainLists: [] }),
    createStructuralDetector(),
    createAccountDetector(),
    createRepostsDetector(),
    createFilesDetector(),
    createHashBanksDetector(noHashBanks, 0),
    createRulesDetector(ruleSet, 1),
  ];
  const calls = (detectors: ReturnType<typeof detectorsWith>) =>
    texts.map((text) => {
      const context = contextOf(text);
      return () => runLayer(1, detectors, context, environment);
    });
  return [
    await measure(
      'all of layer 1: 10,000 terms, 200 expressions, 200 CEL rules',
      calls(detectorsWith(terms.length, rules)),
      'target: p99 under 1 ms on one core',
    ),
    await measure('the same without CEL rules', calls(detectorsWith(terms.length, []))),
    await measure('the same with a tenth of the terms', calls(detectorsWith(terms.length / 10, rules))),
  ];
}
