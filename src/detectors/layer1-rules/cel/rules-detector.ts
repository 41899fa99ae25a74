import { partKinds } from '#contracts/item.ts';
import type { Rule } from '#contracts/policy.ts';
import type { Effect, Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorContext } from '#engine/ports/detector.ts';
import { createActivation, unreadableCounters } from '#engine/rules/activation.ts';
import { compileRules, evaluateRules, type RuleResult, type RuleSet } from '#engine/rules/evaluate-rules.ts';
import { ruleDetectorIds } from '#engine/rules/rule-detectors.ts';

/** Most effects and pieces of evidence that one signal carries. */
const maximumEntries = 200;
const maximumNames = 20;

/** Where a signal cannot carry every effect, the ones that bind come first. */
const effectRank: Readonly<Record<Effect['kind'], number>> = {
  act: 0,
  hold: 1,
  route: 2,
  score: 3,
  prioritise: 4,
  label: 5,
};

/** Whether not having asked the rule can let something through: labels and the order of the queue bind nobody. */
const canHoldBack = ({ effects }: Rule): boolean =>
  effects.some((effect) => effectRank[effect.kind] <= effectRank.score && !isAllowance(effect));
const isAllowance = (effect: Effect): boolean => effect.kind === 'act' && effect.outcome === 'approve';

const categoryOf = (rule: Rule): { category?: string } => {
  const category = rule.effects
    .map((effect) => ('category' in effect ? effect.category : undefined))
    .find((candidate) => candidate !== undefined);
  return category === undefined ? {} : { category };
};

const evidenceOf = ({ id, title }: Rule, category: { category?: string }): Evidence => ({
  kind: 'rule',
  ruleId: id,
  label: title,
  ...category,
});

const names = (results: readonly RuleResult[], outcome: RuleResult['outcome']): string[] =>
  results
    .filter((result) => result.outcome === outcome)
    .map(({ rule, missing }) => (missing === undefined ? rule.id : `${rule.id} (${missing})`));

const listed = (key: string, entries: readonly string[]): Record<string, number | string> => {
  if (entries.length === 0) return {};
  const shown = entries.slice(0, maximumNames).join(', ');
  return { [key]: entries.length, [`${key}_names`]: entries.length > maximumNames ? `${shown} ...` : shown };
};

const judge = (set: RuleSet, base: Signal, context: DetectorContext): Signal => {
  if (set.rules.length === 0 && set.faults.length === 0) return base;
  const results = evaluateRules(set, createActivation(context), unreadableCounters(context));
  const matched = results.filter(({ outcome }) => outcome === 'matched').map(({ rule }) => rule);
  const effects = matched
    .flatMap((rule) => rule.effects)
    .sort((one, other) => effectRank[one.kind] - effectRank[other.kind])
    .slice(0, maximumEntries);
  const unasked = [
    ...results.filter(({ outcome }) => outcome === 'unavailable').map(({ rule }) => rule),
    ...set.faults.map(({ rule }) => rule),
  ].filter(canHoldBack);
  const unavailable = [...names(results, 'unavailable'), ...set.faults.map(({ rule }) => `${rule.id} (not valid)`)];
  return {
    ...base,
    ...(unasked.length === 0
      ? {}
      : {
          status: 'unavailable',
          reason: `rules that could not be asked: ${unasked.map(({ id }) => id).join(', ')}`.slice(0, 400),
        }),
    attributes: {
      ...(matched.length > 0 ? { rules_matched: matched.length } : {}),
      ...listed('rules_unavailable', unavailable),
      ...listed('rules_unknown', names(results, 'unknown')),
    },
    evidence: matched.slice(0, maximumEntries).map((rule) => evidenceOf(rule, categoryOf(rule))),
    ...(effects.length > 0 ? { effects } : {}),
  };
};

/**
 * The policy's rules after layer 1 (`rules`) or after the local models (`rules-after-models`). What a rule asks for stands in the signal's
 * `effects`, as data; each rule that matched is evidence.
 *
 * Attributes: `rules_matched`; `rules_unavailable` and `rules_unavailable_names` for rules that read a counter which could not be read, were
 * too dear for this item, or failed; `rules_unknown` and `rules_unknown_names` for rules that read a fact this item does not have. Neither
 * kind is ever taken for "did not match": while a rule that could hold an item back is unavailable, so is the signal (what the other rules
 * ask for stays in it), and the policy's `onUnavailable` says what becomes of an item that is clear otherwise. Rules are compiled once, here; a faulty one never keeps the others from running.
 */
export const createRulesDetector = (rules: readonly Rule[], layer: 1 | 2): Detector => {
  const set = compileRules(rules.filter(({ after }) => after === layer));
  const id = ruleDetectorIds[layer];
  const base: Signal = {
    detector: id,
    version: '1',
    layer,
    status: 'ok',
    scores: {},
    attributes: {},
    evidence: [],
    durationMs: 0,
    costUsd: 0,
  };
  return {
    id,
    version: '1',
    layer,
    scope: 'item',
    kinds: partKinds,
    judges: [],
    deterministic: true,
    reuse: 'never',
    needsSignals: true,
    timeoutMs: 100,
    costUsd: 0,
    detect: (inputs, abort) =>
      Promise.resolve(
        inputs.map(({ context }) =>
          abort.aborted ? { ...base, status: 'unavailable', reason: 'aborted' } : judge(set, base, context),
        ),
      ),
  };
};
