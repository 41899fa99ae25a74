import { type AutomationFigures, automation, type DecidedRow, outcomeOf, type ThresholdTable } from './decide.ts';
import { CATEGORY_HEADS, type CategoryHead } from './heads.ts';

/**
 * What an error costs, in units of one needless review by a person: letting a violation through, and removing something
 * innocent. A missed self-harm post may be a life; wrongly removing one silences somebody who asks for help, so both
 * are dear. Missed spam is a nuisance.
 */
export const ERROR_COSTS: Readonly<Record<CategoryHead, { missed: number; wronglyRemoved: number }>> = {
  hate_speech: { missed: 10, wronglyRemoved: 10 },
  harassment: { missed: 10, wronglyRemoved: 10 },
  sexual: { missed: 10, wronglyRemoved: 8 },
  violence: { missed: 20, wronglyRemoved: 10 },
  self_harm: { missed: 40, wronglyRemoved: 30 },
  spam: { missed: 4, wronglyRemoved: 10 },
};

/**
 * Where the model alone may remove: what the product starts with. Found by cost they would rise until nothing is removed,
 * since a set that does not label a category makes every removal for it look wrong.
 */
export const REMOVE_AT: Readonly<Record<CategoryHead, number>> = {
  hate_speech: 0.92,
  harassment: 0.95,
  sexual: 0.95,
  violence: 0.9,
  self_harm: 0.95,
  spam: 0.85,
};

const REVIEW_GRID = [
  0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.18, 0.22, 0.26, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55,
  0.6,
];

function errorCost(rows: readonly DecidedRow[], thresholds: ThresholdTable): { automatic: number; cost: number } {
  let total = 0;
  let automatic = 0;
  let cost = 0;
  for (const row of rows) {
    const outcome = outcomeOf(row, thresholds);
    total += row.weight;
    if (outcome === 'person') continue;
    automatic += row.weight;
    const positives = CATEGORY_HEADS.filter((head) => row.labels[head] === 1);
    if (outcome === 'approve') {
      cost += row.weight * Math.max(0, ...positives.map((head) => ERROR_COSTS[head].missed));
    } else if (positives.length === 0) {
      const removing = CATEGORY_HEADS.filter((head) => row.probabilities[head] >= thresholds[head].remove);
      const supported =
        row.labels.toxicity === 1 && removing.some((head) => head === 'hate_speech' || head === 'harassment');
      if (!supported) cost += row.weight * Math.max(...removing.map((head) => ERROR_COSTS[head].wronglyRemoved));
    }
  }
  return { automatic: automatic / total, cost: cost / total };
}

/** Coordinate search for the review thresholds with the largest `automatic - price * cost`. */
function search(rows: readonly DecidedRow[], price: number): ThresholdTable {
  const table = Object.fromEntries(
    CATEGORY_HEADS.map((head) => [head, { review: 0.1, remove: REMOVE_AT[head] }]),
  ) as Record<CategoryHead, { review: number; remove: number }>;
  const value = (): number => {
    const { automatic, cost } = errorCost(rows, table);
    return automatic - price * cost;
  };
  let best = value();
  for (let sweep = 0; sweep < 4; sweep += 1) {
    const before = best;
    for (const head of CATEGORY_HEADS) {
      let chosen = table[head].review;
      for (const candidate of REVIEW_GRID) {
        table[head].review = candidate;
        const found = value();
        if (found > best + 1e-9) {
          best = found;
          chosen = candidate;
        }
      }
      table[head].review = chosen;
    }
    if (best <= before + 1e-6) break;
  }
  return table;
}

/** Thresholds and what they did on the rows that they were chosen on. */
export interface ChosenThresholds {
  readonly thresholds: ThresholdTable;
  readonly figures: AutomationFigures;
}

const PRICE_STEPS = 10;

/** The thresholds that decide most rows automatically with at most `wrongLimit` of those wrong. */
export function mostAutomatic(rows: readonly DecidedRow[], wrongLimit: number): ChosenThresholds {
  return turn(rows, (figures) => figures.wrong <= wrongLimit).above;
}

/** The thresholds with the cheapest errors that still decide at least `automaticFloor` of the rows automatically. */
export function fewestErrors(rows: readonly DecidedRow[], automaticFloor: number): ChosenThresholds {
  return turn(rows, (figures) => figures.automatic < automaticFloor).below;
}

/** The choices just below and just above the price of an error at which `careful` turns from false to true. */
function turn(
  rows: readonly DecidedRow[],
  careful: (figures: AutomationFigures) => boolean,
): { below: ChosenThresholds; above: ChosenThresholds } {
  const at = (price: number): ChosenThresholds => {
    const thresholds = search(rows, price);
    return { thresholds, figures: automation(rows, thresholds) };
  };
  let low = 0.001;
  let high = 10;
  let below = at(low);
  let above = at(high);
  for (let step = 0; step < PRICE_STEPS; step += 1) {
    const price = Math.sqrt(low * high);
    const found = at(price);
    if (careful(found.figures)) {
      high = price;
      above = found;
    } else {
      low = price;
      below = found;
    }
  }
  return { below, above };
}
