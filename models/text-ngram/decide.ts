import { CATEGORY_HEADS, type CategoryHead } from './heads.ts';

export interface Thresholds {
  readonly review: number;
  readonly remove: number;
}

export type ThresholdTable = Readonly<Record<CategoryHead, Thresholds>>;

/** A row as the decision sees it: a probability per category, and what is known to be true of it. */
export interface DecidedRow {
  readonly set: string;
  readonly probabilities: Readonly<Record<CategoryHead, number>>;
  readonly labels: Readonly<Record<string, 0 | 1>>;
  readonly weight: number;
  /** False where the model did not judge the row, as for a text in another language: a person decides. */
  readonly assessed: boolean;
}

export type Outcome = 'approve' | 'remove' | 'person';

/** Below `review` everywhere: approved. At or above `remove` anywhere: removed. Otherwise a person. */
export function outcomeOf(row: DecidedRow, thresholds: ThresholdTable): Outcome {
  if (!row.assessed) return 'person';
  let clear = true;
  for (const head of CATEGORY_HEADS) {
    const probability = row.probabilities[head];
    if (probability >= thresholds[head].remove) return 'remove';
    if (probability >= thresholds[head].review) clear = false;
  }
  return clear ? 'approve' : 'person';
}

/** True where some policy category is labelled positive. */
export function violates(row: DecidedRow): boolean {
  return CATEGORY_HEADS.some((head) => row.labels[head] === 1);
}

/**
 * An automatic outcome is wrong if a row labelled positive in some category is approved, or a row without any such label
 * is removed. A toxicity label supports a removal for hate speech or harassment, and no other.
 */
export function isWrong(row: DecidedRow, outcome: Outcome, thresholds: ThresholdTable): boolean {
  if (outcome === 'person') return false;
  if (outcome === 'approve') return violates(row);
  if (violates(row)) return false;
  const supported =
    row.labels.toxicity === 1 &&
    (['hate_speech', 'harassment'] as const).some((head) => row.probabilities[head] >= thresholds[head].remove);
  return !supported;
}

export interface AutomationFigures {
  readonly rows: number;
  /** Share of rows decided without a person. */
  readonly automatic: number;
  /** Share of the automatic ones that were wrong. */
  readonly wrong: number;
  readonly approved: number;
  readonly removed: number;
  /** Share of the approved that violate, and of the removed that do not. */
  readonly wrongAmongApproved: number;
  readonly wrongAmongRemoved: number;
  /** Share of violating rows that were approved. */
  readonly missed: number;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export function automation(rows: readonly DecidedRow[], thresholds: ThresholdTable): AutomationFigures {
  let total = 0;
  let approved = 0;
  let removed = 0;
  let wrongApproved = 0;
  let wrongRemoved = 0;
  let violating = 0;
  for (const row of rows) {
    const outcome = outcomeOf(row, thresholds);
    const wrong = isWrong(row, outcome, thresholds) ? row.weight : 0;
    total += row.weight;
    if (violates(row)) violating += row.weight;
    if (outcome === 'approve') {
      approved += row.weight;
      wrongApproved += wrong;
    } else if (outcome === 'remove') {
      removed += row.weight;
      wrongRemoved += wrong;
    }
  }
  return {
    rows: rows.length,
    automatic: share(approved + removed, total),
    wrong: share(wrongApproved + wrongRemoved, approved + removed),
    approved: share(approved, total),
    removed: share(removed, total),
    wrongAmongApproved: share(wrongApproved, approved),
    wrongAmongRemoved: share(wrongRemoved, removed),
    missed: share(wrongApproved, violating),
  };
}

/** The same rows, weighed so that violating ones make up `base` of the whole. */
export function reweighted(rows: readonly DecidedRow[], base: number): DecidedRow[] {
  const violating = rows.filter(violates).length;
  const benign = rows.length - violating;
  return rows.map((row) => ({ ...row, weight: violates(row) ? base / violating : (1 - base) / benign }));
}
