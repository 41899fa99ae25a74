import type { Trial } from './use-trial.ts';

export type StepState = 'waiting' | 'running' | 'passed' | 'settled' | 'unneeded' | 'unconfigured' | 'person';

export interface LayerStep {
  readonly layer: 1 | 2 | 3 | 4 | 5;
  readonly state: StepState;
  readonly durationMs: number | null;
  readonly explanation: string | null;
}

const machineLayers = [1, 2, 3, 4] as const;

/** What to show of each layer, from what has arrived. `configured` are the layers that this installation has detectors for. */
export const layerSteps = (trial: Trial, configured: ReadonlySet<number>): LayerStep[] => {
  const arrived = new Map(trial.layers.map((layer) => [layer.layer, layer]));
  const next = machineLayers.find((layer) => configured.has(layer) && !arrived.has(layer));
  const machine = machineLayers.map((layer): LayerStep => {
    const known = arrived.get(layer);
    if (known !== undefined) {
      const state = known.settled ? 'settled' : 'passed';
      return { layer, state, durationMs: known.durationMs, explanation: known.explanation };
    }
    const quiet = { layer, durationMs: null, explanation: null };
    if (!configured.has(layer)) return { ...quiet, state: 'unconfigured' };
    if (trial.state === 'done') return { ...quiet, state: 'unneeded' };
    return { ...quiet, state: trial.state === 'running' && layer === next ? 'running' : 'waiting' };
  });
  const outcome = trial.answer?.decision.outcome;
  const person = outcome === undefined ? 'waiting' : outcome === 'review' ? 'person' : 'unneeded';
  return [...machine, { layer: 5, state: person, durationMs: null, explanation: null }];
};
