import type { Assessment, DecisionFacts, Verdict } from '#contracts/decision.ts';
import type { Policy } from '#contracts/policy.ts';
import type { Layer, Signal } from '#contracts/signal.ts';
import { assess } from './assess.ts';
import { effectivePolicy } from './effective-policy.ts';
import type { CalibrationSet } from './ports/calibration.ts';
import type { Detector, DetectorContext } from './ports/detector.ts';
import { fallback, route, type Step } from './route.ts';
import { type EngineEnvironment, runLayer } from './run-layer.ts';

/** Sees the decision being made, layer by layer. */
export interface DecisionObserver {
  onSignal?(signal: Signal): void;
  onLayer?(layer: Layer, durationMs: number, step: Step, assessments: readonly Assessment[]): void;
}

export interface DecideInput {
  readonly policy: Policy;
  readonly facts: DecisionFacts;
  readonly detectors: readonly Detector[];
  readonly calibrations: CalibrationSet;
  readonly context: Omit<DetectorContext, 'signals'>;
  readonly environment: EngineEnvironment;
  readonly observer?: DecisionObserver;
}

export interface Decided {
  readonly verdict: Verdict;
  readonly trace: readonly Signal[];
}

/** Which layers an installation has and what each judges: part of a decision's facts. */
export const layersOf = (detectors: readonly Detector[]): DecisionFacts['layers'] => {
  const layers = [...new Set(detectors.map(({ layer }) => layer))].sort();
  return layers.map((layer) => ({
    layer,
    judges: [
      ...new Set(detectors.filter((detector) => detector.layer === layer).flatMap(({ judges }) => judges)),
    ].sort(),
  }));
};

const after = (
  layer: Layer,
  signals: readonly Signal[],
  { policy, facts, calibrations }: Pick<DecideInput, 'policy' | 'facts' | 'calibrations'>,
) => {
  const effective = effectivePolicy(policy, facts);
  const assessments = assess(effective, signals, facts, calibrations);
  return { effective, assessments, signals, facts, layer };
};

/**
 * Decides one item: layer 1 always, then the cheapest layer that can still change the outcome, until the outcome is certain or a person
 * is needed. The only waiting is for detectors; everything else is a pure function of the trace.
 */
export const decide = async (input: DecideInput): Promise<Decided> => {
  const { detectors, context, environment, observer } = input;
  const trace: Signal[] = [];
  let layer: Layer = 1;
  for (;;) {
    const started = environment.elapsed();
    trace.push(
      ...(await runLayer(layer, detectors, { ...context, signals: trace.slice() }, environment, observer?.onSignal)),
    );
    const state = after(layer, trace, input);
    const step = route(state);
    observer?.onLayer?.(layer, environment.elapsed() - started, step, state.assessments);
    if (step.kind === 'decided') return { verdict: step.verdict, trace };
    layer = step.layer;
  }
};

/**
 * The signals that there were once `layer` had run: those of its layers, without those about parts that a later layer found. Text in a
 * picture is read in layer 2, so what layer 1 says of that text belongs to layer 2.
 */
const seenBy = (layer: Layer, trace: readonly Signal[]): readonly Signal[] => {
  const later = new Set<string>();
  for (const signal of trace) {
    if (signal.layer <= layer && (signal.partId === undefined || !later.has(signal.partId))) continue;
    for (const { id } of signal.derivedParts ?? []) later.add(id);
  }
  return trace.filter((signal) => signal.layer <= layer && (signal.partId === undefined || !later.has(signal.partId)));
};

type Replayable = Pick<DecideInput, 'policy' | 'facts' | 'calibrations'>;

/** The verdict of a stored trace under a policy, without running any detector: live decisions, backtests and audits share this path. */
export const replay = (trace: readonly Signal[], input: Replayable): Verdict => {
  if (input.facts.interrupted !== null) return fallbackVerdict(trace, input);
  let layer: Layer = 1;
  for (;;) {
    const step = route(after(layer, seenBy(layer, trace), input));
    if (step.kind === 'decided') return step.verdict;
    layer = step.layer;
  }
};

/** The verdict when time is up, or the configuration will not hold still (`facts.interrupted` says which), on the signals that there are. */
export const fallbackVerdict = (trace: readonly Signal[], input: Replayable): Verdict => {
  const reached = ([4, 3, 2] as const).find((layer) => trace.some((signal) => signal.layer === layer)) ?? 1;
  return fallback(after(reached, trace, input), input.facts.interrupted ?? 'deadline');
};
