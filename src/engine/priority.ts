/**
 * How urgent a person's look at an item is. The formula is ours; what it weighs is requirement F1 (severity x recency x user
 * impact, riskiest first). Two public descriptions shaped it: Meta ranks its review queue by severity, virality and likelihood of
 * a violation (2020 onwards), and queueing theory's c-mu rule serves the job whose waiting costs most per unit of time.
 *
 *     priority(t) = 100 * sqrt(severity * impact * recency(t))
 *
 * Each factor lies in 0..1. The root changes no order; it only keeps ordinary tasks from all showing as "2". Uncertainty is no
 * factor: it orders the low-confidence bucket alone. docs/review.md has the table.
 */

/** Half of what a post will ever be seen is taken to be seen within a day: between a chat line (minutes) and a video (days). */
export const recencyHalfLifeMs = 24 * 60 * 60 * 1000;

/** Audience at which the impact is full; beyond a million, more makes no difference to what comes first. */
const fullAudience = 1_000_000;
/** A reach that nobody told us is no reach of 0: it counts as that of an ordinary post. */
const unknownAudience = 100;
/** Even a message to one person hurts that person. */
const leastImpact = 0.25;
/** Content that waits unseen harms less than content on display; its author still waits. */
const hiddenShare = 0.5;
/** A probability that no detector could tell: neither cleared nor condemned. */
const unknownProbability = 0.5;
/** Keeps the logarithm finite; ranks below everything real. */
const leastBase = 0.001;

export interface PriorityFacts {
  /** 1 nuisance to 5 grave harm: the gravest category in play, as the policy says. */
  readonly severity: number;
  /** Fused probability 0..1 that the item violates; null where no detector could say. */
  readonly probability: number | null;
  /** People the item can reach (followers, views); null where unknown. */
  readonly reach: number | null;
  /** True where the item is on display while it waits; hidden unless said. */
  readonly visible?: boolean;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** 1/16 at severity 1, doubling with each step, 1 at severity 5: one step weighs as much as twice the probability. */
const severityWeight = (severity: number): number => 2 ** (clamp(severity, 1, 5) - 5);

/** Expected severity 0..1: how grave, times how likely. */
const severityFactor = (severity: number, probability: number | null): number =>
  severityWeight(severity) * clamp(probability ?? unknownProbability, 0, 1);

/** User impact 0..1: grows with the logarithm of the audience, since audiences spread over orders of magnitude. */
const impactFactor = (reach: number | null, visible: boolean): number => {
  const audience = clamp(reach ?? unknownAudience, 0, fullAudience);
  const share = leastImpact + (1 - leastImpact) * (Math.log1p(audience) / Math.log1p(fullAudience));
  return share * (visible ? 1 : hiddenShare);
};

/** Priority 0..100 at the moment of creation, before recency takes its part. Never falls as severity, probability or reach rise. */
export const basePriority = ({ severity, probability, reach, visible = false }: PriorityFacts): number =>
  100 * Math.sqrt(severityFactor(severity, probability) * impactFactor(reach, visible));

/** Doublings per millisecond that every priority loses; half of recency's rate because of the root. */
const decayPerMs = 1 / (2 * recencyHalfLifeMs);

/**
 * A number that sorts tasks as their priority does, at any time: log2(priority(t)) = log2(base) - (t - createdAt) * rate, and as
 * all lose at the same rate, the part with t is common to all and can be left out. It is stored and indexed once, and never
 * has to be recomputed as time goes by.
 *
 * @param base 0..100
 * @param createdAt milliseconds since the epoch
 */
export const orderKey = (base: number, createdAt: number): number =>
  Math.log2(Math.max(base, leastBase)) + createdAt * decayPerMs;

/** The priority 0..100 at time `now` (milliseconds since the epoch) of a task with this order key. */
export const priorityAt = (key: number, now: number): number => clamp(2 ** (key - now * decayPerMs), 0, 100);
