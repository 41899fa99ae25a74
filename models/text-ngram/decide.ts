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

/** What is known to be true of a row. */
type Labelled = Pick<DecidedRow, 'labels' | 'weight'>;

/** True where some policy category is labelled positive. */
export function violates(row: Pick<DecidedRow, 'labels'>): boolean {
  return CATEGORY_HEADS.some((head) => row.labels[head] === 1);
}

/** A decided row: what became of it and, if it was removed, for which categories. */
export interface Decided {
  readonly row: Labelled;
  readonly outcome: Outcome;
  readonly removedFor: readonly string[];
}

/**
 * An automatic outcome is wrong if a row labelled positive in some category is approved, or a row without any such label
 * is removed. A toxicity label supports a removal for hate speech or harassment, and no other.
 */
export function isWrong({ row, outcome, removedFor }: Decided): boolean {
  if (outcome === 'person') return false;
  if (outcome === 'approve') return violates(row);
  const supported =
    row.labels.toxicity === 1 && ['hate_speech', 'harassment'].some((head) => removedFor.includes(head));
  return !violates(row) && !supported;
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

/** Decides the rows by thresholds and counts. */
export function automation(rows: readonly DecidedRow[], thresholds: ThresholdTable): AutomationFigures {
  return tally(
    rows.map((row) => ({
      row,
      outcome: outcomeOf(row, thresholds),
      removedFor: CATEGORY_HEADS.filter((head) => row.probabilities[head] >= thresholds[head].remove),
    })),
  );
}

/** Counts decided rows by their weights. */
export function tally(rows: readonly Decided[]): AutomationFigures {
  let total = 0;
  let approved = 0;
  let removed = 0;
  let wrongApproved = 0;
  let wrongRemoved = 0;
  let violating = 0;
  for (const decided of rows) {
    const { weight } = decided.row;
    const wrong = isWrong(decided) ? weight : 0;
    total += weight;
    if (violates(decided.row)) violating += weight;
    if (decided.outcome === 'approve') {
      approved += weight;
      wrongApproved += wrong;
    } else if (decided.outcome === 'remove') {
      removed += weight;
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
export function reweighted<T extends Labelled>(rows: readonly T[], base: number): T[] {
  const violating = rows.filter(violates).length;
  const benign = rows.length - violating;
  return rows.map((row) => ({ ...row, weight: violates(row) ? base / violating : (1 - base) / benign }));
}
