import type { Action } from '#contracts/action.ts';
import type { Category } from '#contracts/category.ts';
import type { Assessment, DecisionFacts, Display, Outcome, Verdict } from '#contracts/decision.ts';
import { legalQueue } from '#contracts/review.ts';
import type { Effect, Layer, Signal } from '#contracts/signal.ts';
import type { EffectivePolicy } from './effective-policy.ts';
import { explain } from './explain.ts';
import { basePriority } from './priority.ts';
import { ruleDetectorIds } from './rules/rule-detectors.ts';

/** Either the verdict, or the next layer that can still change the outcome. */
export type Step =
  | { readonly kind: 'decided'; readonly verdict: Verdict }
  | { readonly kind: 'continue'; readonly layer: Layer };

/** Rules and local models are cheap and give a reviewer scores to go by; only the language models are spared when a person decides anyway. */
const lastLocalLayer = 2;

const effectsOf = <K extends Effect['kind']>(signals: readonly Signal[], kind: K): Extract<Effect, { kind: K }>[] =>
  signals.flatMap(({ effects }) =>
    (effects ?? []).filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind),
  );

const byProbability = (left: Assessment, right: Assessment): number =>
  (right.probability ?? 0) - (left.probability ?? 0);

interface Ruling {
  readonly outcome: Outcome;
  readonly stopReason: Verdict['stopReason'];
  readonly decisive: readonly Assessment[];
  readonly layer: number;
  readonly categories?: readonly Category[];
  readonly actions?: readonly Action[];
  readonly display?: Display;
  readonly confidence?: number;
}

const displayFor = (outcome: Outcome, hidden: boolean, { reviewModel }: EffectivePolicy): Display => {
  switch (outcome) {
    case 'approve':
      return 'published';
    case 'remove':
      return 'removed';
    case 'hold':
      return 'held';
    case 'review':
      return reviewModel === 'post_flag' && !hidden ? 'published' : 'under_review';
  }
};

const confidenceOf = (outcome: Outcome, assessments: readonly Assessment[]): number => {
  const highest = assessments.reduce(
    (maximum, { probability, status }) =>
      status === 'cleared_by_trust' ? maximum : Math.max(maximum, probability ?? 0),
    0,
  );
  return outcome === 'approve' ? 1 - highest : highest;
};

/** How grave the ruling's categories are, 1 to 5; what nothing names counts as mild. */
const severityOf = (ruling: Ruling, { categories }: EffectivePolicy): number =>
  ruling.decisive.reduce((gravest, { category }) => Math.max(gravest, categories.get(category)?.severity ?? 1), 1);

interface State {
  readonly effective: EffectivePolicy;
  readonly assessments: readonly Assessment[];
  readonly signals: readonly Signal[];
  readonly facts: DecisionFacts;
  /** The last layer that has run. */
  readonly layer: Layer;
}

const conclude = ({ effective, assessments, signals, facts }: State, ruling: Ruling): Verdict => {
  const decisive = ruling.decisive.toSorted(byProbability);
  const hidden = effectsOf(signals, 'hold').length > 0 || ruling.stopReason === 'person_required';
  const routes = effectsOf(signals, 'route');
  // Whatever else is wrong with it: what only the legal role may see goes to nobody else first.
  const route = routes.find(({ queue }) => queue === legalQueue) ?? routes[0];
  const needsPerson = ruling.outcome === 'review';
  const boost = effectsOf(signals, 'prioritise').reduce((sum, { by }) => sum + by, 0);
  const display = ruling.display ?? displayFor(ruling.outcome, hidden, effective);
  const urgency = {
    severity: severityOf(ruling, effective),
    probability: decisive[0]?.probability ?? null,
    reach: facts.reach,
  };
  const priority = basePriority({ ...urgency, visible: display === 'published' }) + boost;
  const verdict = {
    outcome: ruling.outcome,
    display,
    actions: [...(ruling.actions ?? [])],
    categories: [...(ruling.categories ?? decisive.map(({ category }) => category))],
    notAssessed: assessments.filter(({ status }) => status === 'not_assessed').map(({ category }) => category),
    labels: [...new Set(effectsOf(signals, 'label').map(({ label }) => label))],
    queue: needsPerson ? (route?.queue ?? null) : null,
    confidence: ruling.confidence ?? confidenceOf(ruling.outcome, assessments),
    layer: ruling.layer,
    stopReason: ruling.stopReason,
    assessments: [...assessments],
    priority: needsPerson ? Math.min(100, Math.max(0, priority)) : 0,
  };
  return { ...verdict, rationale: explain(verdict, decisive) };
};

const finalRemoval = ({ signals, assessments, layer }: State): Ruling | undefined => {
  const finals = effectsOf(signals, 'act').filter(({ outcome }) => outcome === 'remove');
  if (finals.length === 0) return undefined;
  const categories = [...new Set(finals.flatMap(({ category }) => (category === undefined ? [] : [category])))];
  return {
    outcome: 'remove',
    stopReason: 'final_effect',
    decisive: assessments.filter(({ category }) => categories.includes(category)),
    layer,
    categories,
    actions: [...new Set<Action>(['remove', ...finals.flatMap((effect) => effect.actions ?? [])])],
    confidence: 1,
  };
};

const thresholdRemoval = ({ assessments, effective, layer }: State): Ruling | undefined => {
  const over = assessments.filter(({ status }) => status === 'remove');
  if (over.length === 0) return undefined;
  const automatic = over.filter(({ category }) => effective.categories.get(category)?.automation.remove === 'auto');
  if (automatic.length === 0) return { outcome: 'review', stopReason: 'person_required', decisive: over, layer };
  return {
    outcome: 'remove',
    stopReason: 'remove_threshold',
    decisive: automatic,
    layer,
    categories: over.toSorted(byProbability).map(({ category }) => category),
    actions: [
      ...new Set<Action>([
        'remove',
        ...automatic.flatMap(({ category }) => effective.categories.get(category)?.removeActions ?? []),
      ]),
    ],
  };
};

const approvedByPerson = ({ categories }: EffectivePolicy, category: Category): boolean =>
  categories.get(category)?.automation.approve === 'person';

/** Detectors whose answers belong to no category beforehand, with what it means where one could not be asked. */
const unassigned: ReadonlyMap<string, 'rules_unavailable' | 'signal_unavailable'> = new Map([
  ...Object.values(ruleDetectorIds).map((id) => [id, 'rules_unavailable'] as const),
  ['hash-banks', 'signal_unavailable'] as const,
  // A file that could not be had: also where no category asks for a look at pictures, nobody knows what would be published.
  ['files', 'signal_unavailable'] as const,
]);

/** Where rules or banks could not be asked, or a file not be had, nobody knows whether one would have held the item. */
const unasked = ({ signals, effective, facts, layer }: State): Ruling | undefined => {
  const silent = signals.find(({ detector, status }) => unassigned.has(detector) && status === 'unavailable');
  const stopReason = silent === undefined ? undefined : unassigned.get(silent.detector);
  const { onUnavailable } = effective.policy;
  if (stopReason === undefined) return undefined;
  if (onUnavailable === 'pass') return { outcome: 'approve', stopReason, decisive: [], layer };
  const held = onUnavailable === 'hold' && !facts.lastAttempt;
  return { outcome: held ? 'hold' : 'review', stopReason, decisive: [], layer: held ? layer : 5 };
};

const clearance = (state: State): Ruling => {
  const { assessments, effective, facts, layer } = state;
  if (assessments.every(({ status }) => status === 'not_assessed')) {
    return { outcome: 'review', stopReason: 'signal_unavailable', decisive: [], layer };
  }
  // What could not be looked at, and may pass all the same, needs the person no less than what was found clear.
  const byPerson = assessments.filter(
    ({ category, status }) => (status === 'clear' || status === 'unavailable') && approvedByPerson(effective, category),
  );
  if (byPerson.length > 0) return { outcome: 'review', stopReason: 'person_required', decisive: byPerson, layer };
  const silent = unasked(state);
  if (silent !== undefined) return silent;
  if (facts.qualitySampled)
    return { outcome: 'review', stopReason: 'quality_sample', decisive: [], layer, display: 'published' };
  return { outcome: 'approve', stopReason: 'all_clear', decisive: [], layer };
};

const nextLayer = (
  { facts, layer, assessments, signals, effective }: State,
  open: readonly Assessment[],
): Layer | undefined => {
  const personDecides = effectsOf(signals, 'route').length > 0 || effectsOf(signals, 'hold').length > 0;
  return facts.layers.find((candidate) => {
    if (candidate.layer <= layer) return false;
    if (candidate.layer <= lastLocalLayer) {
      // A category that needs nothing can still be raised by a local model, so these layers run for whatever they judge of the policy.
      return assessments.some(
        ({ category }) => candidate.judges.includes(category) && effective.categories.has(category),
      );
    }
    return !personDecides && open.some(({ category }) => candidate.judges.includes(category));
  })?.layer;
};

const unresolved = (state: State, open: readonly Assessment[]): Ruling => {
  const between = open.filter(({ status }) => status === 'between');
  if (between.length > 0) return { outcome: 'review', stopReason: 'layers_exhausted', decisive: between, layer: 5 };
  const handling = ({ category }: Assessment) =>
    state.effective.categories.get(category)?.onUnavailable ?? state.effective.policy.onUnavailable;
  const blocking = open.filter((assessment) => handling(assessment) !== 'pass');
  if (blocking.length === 0) {
    const cleared = clearance(state);
    // The policy lets the item pass although something could not be looked at: the record says so.
    return cleared.outcome === 'approve'
      ? { ...cleared, stopReason: 'signal_unavailable', decisive: open, categories: [] }
      : cleared;
  }
  const held = !state.facts.lastAttempt && blocking.some((assessment) => handling(assessment) === 'hold');
  return {
    outcome: held ? 'hold' : 'review',
    stopReason: 'signal_unavailable',
    decisive: blocking,
    layer: held ? state.layer : 5,
  };
};

/**
 * Decides what happens after a layer, by the numbered rules of docs/life-of-an-item.md: finals first, then removals, then the next layer
 * that can still change the outcome, and at the end a person. Pure: the same state always gives the same step.
 */
export const route = (state: State): Step => {
  const decided = (ruling: Ruling): Step => ({ kind: 'decided', verdict: conclude(state, ruling) });
  const final = finalRemoval(state);
  if (final !== undefined) return decided(final);
  const routes = effectsOf(state.signals, 'route');
  // What only the legal role may see is hidden for them, not removed out of their sight.
  const forLegal = routes.some(({ queue }) => queue === legalQueue);
  const removal = forLegal ? undefined : thresholdRemoval(state);
  if (removal !== undefined) return decided(removal);

  const open = state.assessments.filter(({ status }) => status === 'between' || status === 'unavailable');
  const routed = routes.length > 0 || effectsOf(state.signals, 'hold').length > 0;
  const further = open.length > 0 || routed ? nextLayer(state, open) : undefined;
  if (further !== undefined) return { kind: 'continue', layer: further };
  if (routed)
    return decided({
      outcome: 'review',
      stopReason: 'routed_by_rule',
      // What a rule or bank names as its reason, and what is suspicious besides.
      decisive: state.assessments.filter(
        ({ category, status }) =>
          status === 'between' || status === 'remove' || routes.some((effect) => effect.category === category),
      ),
      layer: state.layer,
    });
  return decided(open.length === 0 ? clearance(state) : unresolved(state, open));
};

/** What holds while the machine is still working, or may not go on: the policy's fallback, which never approves. */
export const fallback = (state: State, stopReason: NonNullable<DecisionFacts['interrupted']>): Verdict => {
  const publish = stopReason !== 'configuration_changing' && state.effective.policy.onDeadline === 'publish';
  const suspicious = state.assessments.filter(({ status }) => status === 'between' || status === 'remove');
  // Nor is what a rule holds, sends to a person or removes, nor what only a person may approve.
  const heldBack =
    (['hold', 'route'] as const).some((kind) => effectsOf(state.signals, kind).length > 0) ||
    finalRemoval(state) !== undefined ||
    state.assessments.some(
      ({ category, status }) => status !== 'not_assessed' && approvedByPerson(state.effective, category),
    );
  return conclude(state, {
    outcome: 'hold',
    stopReason,
    decisive: suspicious,
    layer: state.layer,
    // What already looks suspicious is not shown first and checked afterwards.
    display: publish && suspicious.length === 0 && !heldBack ? 'published' : 'held',
  });
};
