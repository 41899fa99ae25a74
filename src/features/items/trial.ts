import type { Assessment } from '#contracts/decision.ts';
import type { ItemContent, TrialItem } from '#contracts/item.ts';
import type { TrialAnswer } from '#contracts/items-api.ts';
import type { Signal } from '#contracts/signal.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import type { Step } from '#engine/route.ts';
import { type DecisionSetup, decideItem, factsFor } from './decision-engine.ts';
import { scoresOf, summaryOf } from './item-answer.ts';

type TrialLayer = TrialAnswer['layers'][number];

/** Sees a trial as it goes on. */
export interface TrialObserver {
  onSignal?(signal: Signal): void;
  onLayer?(layer: TrialLayer): void;
}

export interface TrialOptions {
  readonly now: number;
  /** Files of the media parts, by part id. */
  readonly files?: ReadonlyMap<string, PartFile>;
  readonly observer?: TrialObserver;
}

/** Nobody posted this: a trial has no history, and no counter has seen it. */
const trialAccount = { id: 'trial' };

const explanationOf = (step: Step, assessments: readonly Assessment[]): string => {
  if (step.kind === 'decided') return step.verdict.rationale;
  const open = assessments
    .filter(({ status }) => status === 'between' || status === 'unavailable')
    .map(({ category }) => category);
  return open.length === 0
    ? `Layer ${step.layer} can still raise a category.`
    : `Still open for layer ${step.layer}: ${open.join(', ')}.`;
};

/** What would be decided about an item: every layer that it needs, without account signals, nothing stored. */
export const tryItem = async (
  setup: DecisionSetup,
  item: TrialItem,
  { now, files = new Map(), observer = {} }: TrialOptions,
): Promise<TrialAnswer> => {
  const content: ItemContent = { ...item, account: item.account ?? trialAccount };
  const account = { id: content.account.id, tier: 'new' as const };
  const facts = factsFor(setup, content, account, { qualitySampled: false, lastAttempt: true });
  const layers: TrialLayer[] = [];
  const { verdict, trace } = await decideItem(
    setup,
    facts,
    { item: content, account, counters: {}, reposts: {}, files, now },
    {
      ...(observer.onSignal === undefined ? {} : { onSignal: observer.onSignal }),
      onLayer(layer, durationMs, step, assessments) {
        const entry = {
          layer,
          durationMs,
          settled: step.kind === 'decided',
          explanation: explanationOf(step, assessments),
        };
        layers.push(entry);
        observer.onLayer?.(entry);
      },
    },
  );
  const { id: _unstored, ...summary } = summaryOf('', verdict, setup.policy.version);
  return {
    decision: {
      ...summary,
      display: verdict.display,
      stopReason: verdict.stopReason,
      assessments: verdict.assessments,
    },
    scores: scoresOf(verdict),
    trace: [...trace],
    layers,
  };
};
