import type { Category } from '#contracts/category.ts';
import type { Assessment, DecisionFacts } from '#contracts/decision.ts';
import type { CategoryPolicy } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import { calibrate } from './calibrate.ts';
import type { EffectivePolicy } from './effective-policy.ts';
import { fuse } from './fuse.ts';
import { derivedPartsOf } from './item-parts.ts';
import type { CalibrationSet } from './ports/calibration.ts';

type Contribution = Assessment['contributions'][number];
interface Scored {
  readonly signal: Signal;
  readonly raw: number;
  readonly calibrated: number;
}

const scoresOf = (
  category: Category,
  signals: readonly Signal[],
  calibrations: CalibrationSet,
): Map<string, Scored> => {
  const best = new Map<string, Scored>();
  for (const signal of signals) {
    const raw = signal.status === 'ok' ? signal.scores[category] : undefined;
    if (raw === undefined) continue;
    const calibrated = calibrate(calibrations, signal.detector, signal.version, category, raw);
    const previous = best.get(signal.detector);
    if (previous === undefined || calibrated > previous.calibrated)
      best.set(signal.detector, { signal, raw, calibrated });
  }
  return best;
};

const floorOf = (category: Category, signals: readonly Signal[]): number | null => {
  let floor: number | null = null;
  for (const { effects } of signals) {
    for (const effect of effects ?? []) {
      if (effect.kind === 'score' && effect.category === category) floor = Math.max(floor ?? 0, effect.score);
    }
  }
  return floor;
};

type LookedAt = DecisionFacts['partKinds'][number];

/** A required detector is satisfied by an `ok` signal on the part, or on the whole item where it is item-scoped. */
const missingOf = (
  { requires }: CategoryPolicy,
  signals: readonly Signal[],
  parts: readonly LookedAt[],
): { missing: string[]; required: number } => {
  const missing: string[] = [];
  let required = 0;
  for (const part of parts) {
    for (const detector of requires[part.kind as keyof typeof requires] ?? []) {
      required += 1;
      const satisfied = signals.some(
        (signal) =>
          signal.detector === detector &&
          signal.status === 'ok' &&
          (signal.partId === part.id || signal.partId === undefined),
      );
      if (!satisfied) missing.push(`${detector}@${part.id}`);
    }
  }
  return { missing, required };
};

const isJudge = ({ layer }: Signal): boolean => layer >= 3;

/**
 * A language model moves a category only inside its band, and never below what the layers under it would be without the models' doubt:
 * a layer-1 finding stays a floor. Outside the band, or where the judge is silent, the lower layers' probability stands.
 */
const judged = (
  lower: number | null,
  findings: number | null,
  judgement: number | null,
  policy: CategoryPolicy,
  undecided: boolean,
): number | null => {
  if (judgement === null) return lower;
  // Also where something could not be looked at: what is found to be removed stays found.
  if (lower !== null && lower >= policy.remove) return Math.max(lower, judgement);
  const inBand = lower !== null && lower >= policy.review;
  if (!inBand && !undecided) return lower;
  return Math.max(judgement, findings !== null && findings >= policy.review ? findings : 0);
};

const statusOf = (
  probability: number | null,
  policy: CategoryPolicy,
  missing: number,
  required: number,
): Assessment['status'] => {
  if (probability !== null && probability >= policy.remove) return 'remove';
  if (probability !== null && probability >= policy.review) return 'between';
  if (required === 0) return 'not_assessed';
  if (missing > 0) return 'unavailable';
  // Where review begins at 0, nothing is below it: also not what no detector found worth a number.
  return policy.review === 0 ? 'between' : 'clear';
};

const assessCategory = (
  category: Category,
  categoryPolicy: CategoryPolicy,
  { policy }: EffectivePolicy,
  signals: readonly Signal[],
  parts: readonly LookedAt[],
  calibrations: CalibrationSet,
): Assessment => {
  const scores = [...scoresOf(category, signals, calibrations)].map(([detector, scored]) => ({ detector, ...scored }));
  const lowerScores = scores.filter(({ signal }) => !isJudge(signal));
  const lower = fuse(policy.fusion[category], lowerScores);
  const findings = fuse(
    policy.fusion[category],
    lowerScores.filter(({ signal }) => signal.layer === 1),
  ).probability;
  const judgement = scores.reduce<Scored | null>(
    (latest, score) =>
      isJudge(score.signal) && (latest === null || score.signal.layer > latest.signal.layer) ? score : latest,
    null,
  );
  const { missing, required } = missingOf(categoryPolicy, signals, parts);

  const floor = floorOf(category, signals);
  const weighed = judged(
    lower.probability,
    findings,
    judgement?.calibrated ?? null,
    categoryPolicy,
    missing.length > 0,
  );
  const probability = floor === null ? weighed : Math.max(weighed ?? 0, floor);
  // A judge's answer stands in for a model that was missing: that is why the item was taken to it.
  const stillMissing = judgement === null ? missing : [];
  const contributions: Contribution[] = scores.map(({ detector, signal, raw, calibrated }) => {
    const fused = lower.terms.find((term) => term.detector === detector);
    return {
      detector,
      ...(signal.partId === undefined ? {} : { partId: signal.partId }),
      raw,
      calibrated,
      weight: fused?.weight ?? 1,
      term: fused?.term ?? 0,
    };
  });
  return {
    category,
    status: statusOf(probability, categoryPolicy, stillMissing.length, required),
    probability,
    review: categoryPolicy.review,
    remove: categoryPolicy.remove,
    contributions,
    missing: stillMissing,
    floor,
  };
};

/** What an allow effect clears: only categories that the policy lists, and never one that a rule or finding holds up. */
const withTrust = (
  assessments: readonly Assessment[],
  { policy }: EffectivePolicy,
  signals: readonly Signal[],
): readonly Assessment[] => {
  const allowed = signals.flatMap(({ effects }) =>
    (effects ?? []).filter((effect) => effect.kind === 'act' && effect.outcome === 'approve'),
  );
  if (allowed.length === 0) return assessments;
  return assessments.map((assessment) => {
    const named = allowed.some(
      (effect) => effect.kind === 'act' && (effect.category === undefined || effect.category === assessment.category),
    );
    const held = assessment.floor !== null && assessment.floor >= assessment.review;
    const open =
      assessment.status === 'between' || assessment.status === 'unavailable' || assessment.status === 'remove';
    return named && open && !held && policy.clears.includes(assessment.category)
      ? { ...assessment, status: 'cleared_by_trust' }
      : assessment;
  });
};

/** Where every category of the policy stands, given the signals so far. Order follows the policy, so equal input gives equal output. */
export const assess = (
  effective: EffectivePolicy,
  signals: readonly Signal[],
  facts: DecisionFacts,
  calibrations: CalibrationSet,
): readonly Assessment[] => {
  // What was found inside a part has to be looked at like any other: unread text in a picture clears nothing.
  const parts = [...facts.partKinds, ...derivedPartsOf(signals)];
  const assessments = [...effective.categories].map(([category, categoryPolicy]) =>
    assessCategory(category, categoryPolicy, effective, signals, parts, calibrations),
  );
  return withTrust(assessments, effective, signals);
};
