import { builtInCategories } from '#contracts/category.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';

/** Strong, but short of removing by itself under the shipped thresholds: a copy may be quoted in reply, or posted to report it. */
const reviewerScore = 0.9;
const machineScore = 0.8;

const signalFor = ({ context }: DetectorInput): Signal => {
  const base = {
    detector: 'reposts',
    version: '1',
    layer: 1,
    status: 'ok',
    attributes: {},
    durationMs: 0,
    costUsd: 0,
  } as const;
  const { removed } = context.reposts;
  if (removed === undefined) return { ...base, scores: {}, evidence: [] };
  const score = removed.decidedBy === 'reviewer' ? reviewerScore : machineScore;
  return {
    ...base,
    scores: Object.fromEntries(removed.categories.map((category) => [category, score])),
    evidence: removed.categories.map((category) => ({
      kind: 'fact',
      name: 'copy_of_removed_item',
      value: removed.itemId,
      category,
      label: 'reads the same as an item that was removed',
    })),
  };
};

/**
 * Copies inherit findings, never clearance: a text that reads the same as one that a person (or a final rule) removed scores in the same
 * categories. A copy of something that was cleared gets nothing from that, or cleared posts could be altered within the radius.
 */
export const createRepostsDetector = (): Detector => ({
  id: 'reposts',
  version: '1',
  layer: 1,
  scope: 'item',
  kinds: ['text', 'image', 'audio', 'video'],
  judges: builtInCategories,
  deterministic: true,
  reuse: 'never',
  timeoutMs: 50,
  costUsd: 0,
  detect: (inputs) => Promise.resolve(inputs.map(signalFor)),
});
