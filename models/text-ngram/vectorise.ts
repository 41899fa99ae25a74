import { createFeatureExtractor, type FeatureSettings } from '../../src/detectors/layer2-text/features.ts';
import { tokenize } from '../../src/detectors/layer2-text/tokens.ts';
import type { SparseRows } from './logistic.ts';

/** Characters of a text that training looks at; its first window lies within them. */
const TRAINING_CHARACTERS = 6000;

/** The features of each text's first window. */
export function vectorise(texts: readonly string[], settings: FeatureSettings, windowTokens: number): SparseRows {
  const extractor = createFeatureExtractor(settings);
  const offsets = new Uint32Array(texts.length + 1);
  let indices = new Uint32Array(1 << 22);
  let values = new Float32Array(1 << 22);
  let used = 0;
  texts.forEach((text, row) => {
    const tokens = tokenize(text.slice(0, TRAINING_CHARACTERS));
    const vector = extractor.extract(tokens, 0, Math.min(windowTokens, tokens.length));
    if (used + vector.indices.length > indices.length) {
      const largerIndices = new Uint32Array(indices.length * 2);
      const largerValues = new Float32Array(values.length * 2);
      largerIndices.set(indices);
      largerValues.set(values);
      indices = largerIndices;
      values = largerValues;
    }
    indices.set(vector.indices, used);
    values.set(vector.values, used);
    used += vector.indices.length;
    offsets[row + 1] = used;
  });
  return { offsets, indices: indices.subarray(0, used), values: values.subarray(0, used) };
}
