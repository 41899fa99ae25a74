import type { Signal } from '#contracts/signal.ts';
import { derivedTextsOf } from '#engine/item-parts.ts';
import type { DetectorContext } from '#engine/ports/detector.ts';
import { RuleAccount, RuleCounters, RuleItem, RuleReach, RuleSignal } from './vocabulary.ts';

/** The longest text that rules see, UTF-16 code units; `item.truncated` says that there was more. Lists and models see all of it. */
export const maximumRuleText = 100_000;
const millisecondsPerDay = 86_400_000;

type Scalar = string | number | boolean;

/** The variables of one evaluation. */
export interface Activation {
  readonly item: RuleItem;
  readonly text: string;
  readonly account: RuleAccount;
  readonly counters: RuleCounters;
  readonly signals: ReadonlyMap<string, RuleSignal>;
  readonly scores: ReadonlyMap<string, number>;
  readonly attributes: ReadonlyMap<string, Scalar>;
}

/** Counters that could not be read; one that does not apply to the item is absent from the context. */
export const unreadableCounters = ({ counters }: Pick<DetectorContext, 'counters'>): ReadonlySet<string> =>
  new Set(Object.keys(counters).filter((name) => counters[name] === null));

/** `Object.assign` to an instance, so that the environment knows its type without converting it. */
const instance = <T extends object>(type: new () => T, members: object): T => Object.assign(new type(), members);

const joinText = (context: DetectorContext): { text: string; truncated: boolean } => {
  let text = '';
  for (const part of [...context.item.parts, ...derivedTextsOf(context.signals)]) {
    if (part.kind !== 'text') continue;
    text = text === '' ? part.text : `${text}\n${part.text}`;
    if (text.length > maximumRuleText) {
      // Never between the halves of a surrogate pair.
      const end = /[\uD800-\uDBFF]/.test(text.charAt(maximumRuleText - 1)) ? maximumRuleText - 1 : maximumRuleText;
      return { text: text.slice(0, end), truncated: true };
    }
  }
  return { text, truncated: false };
};

const statusRank = { ok: 0, not_applicable: 1, unavailable: 2 } as const;

/** Numbers by their maximum, everything else by the last word. */
const mergeAttributes = (into: Map<string, Scalar>, attributes: Signal['attributes']): void => {
  for (const [name, value] of Object.entries(attributes)) {
    const known = into.get(name);
    into.set(name, typeof known === 'number' && typeof value === 'number' ? Math.max(known, value) : value);
  }
};

const mergeScores = (into: Map<string, number>, scores: Signal['scores']): void => {
  for (const [category, score] of Object.entries(scores)) {
    const known = into.get(category);
    if (known === undefined || score > known) into.set(category, score);
  }
};

/** Signals by detector: over the parts, the worst status, the highest score of each category, attributes merged. */
const signalsByDetector = (signals: readonly Signal[]): Map<string, RuleSignal> => {
  const merged = new Map<string, RuleSignal>();
  for (const signal of signals) {
    const known = merged.get(signal.detector);
    const scores = new Map(known?.scores);
    const attributes = new Map(known?.attributes);
    if (signal.status === 'ok') {
      mergeScores(scores, signal.scores);
      mergeAttributes(attributes, signal.attributes);
    }
    const rank = statusRank[signal.status];
    const status =
      known === undefined || rank > statusRank[known.status as keyof typeof statusRank] ? signal.status : known.status;
    merged.set(signal.detector, instance(RuleSignal, { status, scores, attributes }));
  }
  return merged;
};

/** Everything a rule can read of an item, from the plain data that detectors get. What is unknown is `undefined`. */
export const createActivation = (context: DetectorContext): Activation => {
  const { item, account } = context;
  const { text, truncated } = joinText(context);
  const signals = signalsByDetector(context.signals);
  const scores = new Map<string, number>();
  const attributes = new Map<string, Scalar>();
  for (const signal of context.signals) {
    if (signal.status !== 'ok') continue;
    mergeScores(scores, signal.scores);
    mergeAttributes(attributes, signal.attributes);
  }
  const counters: Record<string, number | undefined> = {};
  for (const [name, value] of Object.entries(context.counters)) counters[name] = value ?? undefined;
  return {
    item: instance(RuleItem, {
      surface: item.surface,
      locale: item.locale,
      title: item.title,
      text,
      truncated,
      partCount: item.parts.length,
      reach: instance(RuleReach, { followers: item.reach?.followers, views: item.reach?.views }),
      threadId: item.thread?.id,
      metadata: new Map(Object.entries(item.metadata ?? {})),
    }),
    text,
    account: instance(RuleAccount, {
      id: account.id,
      tier: account.tier,
      ageDays: account.ageMs === undefined ? undefined : account.ageMs / millisecondsPerDay,
      verified: account.verified,
      followers: account.followers,
      items: account.items,
      removed: account.removed,
    }),
    counters: instance(RuleCounters, counters),
    signals,
    scores,
    attributes,
  };
};
