import { applyPiecewise } from '../../src/engine/calibrate.ts';

/** Points of a monotone, piecewise linear map from raw score to probability, both in 0..1. */
export type CalibrationPoints = [raw: number, probability: number][];

interface Block {
  rawSum: number;
  count: number;
  hits: number;
}

/** A block of the fit holds at least this many rows, so that a few lucky ones cannot claim certainty. */
const SMALLEST_BLOCK = 25;

const probabilityOf = (block: Block): number => (block.hits + 0.5) / (block.count + 1);

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al., 1955), on groups of at least 25 rows with half a hit and
 * half a miss added to each. The groups' means become the points of a piecewise linear map, which keeps ties rare.
 */
export function fitIsotonic(scores: readonly number[], labels: readonly number[]): CalibrationPoints {
  const order = scores.map((_, index) => index).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  const blocks: Block[] = [];
  let open: Block = { rawSum: 0, count: 0, hits: 0 };
  order.forEach((row, place) => {
    open = { rawSum: open.rawSum + (scores[row] ?? 0), count: open.count + 1, hits: open.hits + (labels[row] ?? 0) };
    const tie = scores[row] === scores[order[place + 1] ?? -1];
    const left = order.length - place - 1;
    if (left === 0 || (open.count >= SMALLEST_BLOCK && !tie && left >= SMALLEST_BLOCK)) {
      blocks.push(open);
      open = { rawSum: 0, count: 0, hits: 0 };
    }
  });
  const pooled: Block[] = [];
  for (const block of blocks) {
    let last = block;
    for (
      let before = pooled.at(-1);
      before !== undefined && probabilityOf(before) >= probabilityOf(last);
      before = pooled.at(-1)
    ) {
      pooled.pop();
      last = { rawSum: before.rawSum + last.rawSum, count: before.count + last.count, hits: before.hits + last.hits };
    }
    pooled.push(last);
  }
  const points: CalibrationPoints = [[0, 0]];
  for (const block of pooled) {
    const raw = rounded(block.rawSum / block.count);
    const probability = rounded(probabilityOf(block));
    const previous = points.at(-1);
    if (previous !== undefined && raw > previous[0] && raw < 1) points.push([raw, Math.max(previous[1], probability)]);
  }
  const top = points.at(-1)?.[1] ?? 0;
  points.push([1, rounded(top + (1 - top) / 2)]);
  return points;
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** The probability of a raw score, as the engine computes it. */
export function applyCalibration(points: CalibrationPoints, raw: number): number {
  return applyPiecewise({ kind: 'piecewise', points }, raw);
}
