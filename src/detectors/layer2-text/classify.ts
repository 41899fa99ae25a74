import { createFeatureExtractor, type FeatureExtractor } from './features.ts';
import type { NgramModel } from './ngram-model.ts';
import { type Token, tokenize } from './tokens.ts';

/** A stretch of the text that moved a head's score, in UTF-16 offsets, end exclusive. `weight` is its share in logits. */
export interface EvidenceSpan {
  readonly head: string;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

export interface Classification {
  /** Raw logistic outputs, one per head in the manifest's order: for each the highest over the windows. */
  readonly scores: readonly number[];
  readonly evidence: readonly EvidenceSpan[];
  /** For texts longer than a window: where each head that has evidence found its highest score, in UTF-16 offsets. */
  readonly evidenceWindows: readonly Omit<EvidenceSpan, 'weight'>[];
  readonly windows: number;
  /** For texts longer than a window: where its most suspicious windows begin, in UTF-16 offsets, the most suspicious first. */
  readonly suspects: readonly number[];
}

/** Heads at or below this raw score get no evidence. */
const EVIDENCE_FROM = 0.3;
const SPANS_PER_HEAD = 5;
/** A word below this share of the strongest one is not evidence. */
const SHARE_OF_STRONGEST = 0.25;
const MOST_SUSPECTS = 16;

export interface Classifier {
  classify(text: string): Classification;
}

/** Window starts for a number of tokens: the last window ends with the last token, neighbours overlap. */
export function windowStarts(tokens: number, size: number, overlap: number): number[] {
  if (tokens <= size) return [0];
  const starts: number[] = [];
  for (let start = 0; start + size < tokens; start += size - overlap) starts.push(start);
  starts.push(tokens - size);
  return starts;
}

/**
 * A classifier over a loaded model. Each text is scored by itself, so no score depends on what is scored beside it. Long
 * texts are scored in overlapping windows and the highest score counts. Not to be shared between threads.
 */
export function createClassifier(model: NgramModel): Classifier {
  const { manifest } = model;
  const heads = manifest.heads.length;
  const extractor: FeatureExtractor = createFeatureExtractor(manifest.features);
  const { scales, intercepts } = manifest.weights;

  function scoreWindow(tokens: readonly Token[], from: number, to: number): number[] {
    const { indices, values } = extractor.extract(tokens, from, to);
    const sums = new Float64Array(heads);
    for (let entry = 0; entry < indices.length; entry += 1) {
      const base = (indices[entry] ?? 0) * heads;
      const value = values[entry] ?? 0;
      for (let head = 0; head < heads; head += 1) {
        sums[head] = (sums[head] ?? 0) + (model.weights[base + head] ?? 0) * value;
      }
    }
    return Array.from(sums, (sum, head) => 1 / (1 + Math.exp(-(sum * (scales[head] ?? 0) + (intercepts[head] ?? 0)))));
  }

  function evidenceOf(tokens: readonly Token[], from: number, to: number, wanted: readonly number[]): EvidenceSpan[] {
    const traced = extractor.trace(tokens, from, to);
    const counts = new Uint32Array(traced.indices.length);
    for (const slot of traced.slots) counts[slot] = (counts[slot] ?? 0) + 1;
    const spans: EvidenceSpan[] = [];
    for (const head of wanted) {
      const shares = new Float64Array(to - from);
      for (let occurrence = 0; occurrence < traced.slots.length; occurrence += 1) {
        const slot = traced.slots[occurrence] ?? 0;
        const weight = (model.weights[(traced.indices[slot] ?? 0) * heads + head] ?? 0) * (scales[head] ?? 0);
        const moved = (weight * (traced.values[slot] ?? 0)) / (counts[slot] ?? 1);
        const first = traced.firstTokens[occurrence] ?? 0;
        const last = traced.lastTokens[occurrence] ?? 0;
        if (first === last) shares[first] = (shares[first] ?? 0) + moved;
        else {
          shares[first] = (shares[first] ?? 0) + moved / 2;
          shares[last] = (shares[last] ?? 0) + moved / 2;
        }
      }
      spans.push(...strongest(tokens, from, shares, manifest.heads[head] ?? ''));
    }
    return spans;
  }

  function classify(text: string): Classification {
    const tokens = tokenize(text);
    const { tokens: size, overlap } = manifest.window;
    const starts = windowStarts(tokens.length, size, overlap);
    const scores = new Array<number>(heads).fill(0);
    const best = new Array<number>(heads).fill(0);
    const suspicions: { readonly offset: number; readonly highest: number }[] = [];
    for (const start of starts) {
      const windowScores = scoreWindow(tokens, start, Math.min(tokens.length, start + size));
      for (let head = 0; head < heads; head += 1) {
        if ((windowScores[head] ?? 0) > (scores[head] ?? 0)) {
          scores[head] = windowScores[head] ?? 0;
          best[head] = start;
        }
      }
      if (starts.length > 1) suspicions.push({ offset: tokens[start]?.start ?? 0, highest: Math.max(...windowScores) });
    }
    suspicions.sort((a, b) => b.highest - a.highest || a.offset - b.offset);
    const suspects = suspicions.slice(0, MOST_SUSPECTS).map(({ offset }) => offset);
    const evidence: EvidenceSpan[] = [];
    const evidenceWindows: Omit<EvidenceSpan, 'weight'>[] = [];
    for (const start of new Set(best)) {
      const wanted = scores.flatMap((score, head) => (score > EVIDENCE_FROM && best[head] === start ? [head] : []));
      const end = Math.min(tokens.length, start + size);
      const first = tokens[start];
      const last = tokens[end - 1];
      if (wanted.length === 0 || first === undefined || last === undefined) continue;
      evidence.push(...evidenceOf(tokens, start, end, wanted));
      if (starts.length === 1) continue;
      for (const head of wanted) {
        evidenceWindows.push({ head: manifest.heads[head] ?? '', start: first.start, end: last.end });
      }
    }
    return { scores, evidence, evidenceWindows, windows: starts.length, suspects };
  }

  return { classify };
}

/** The words with the largest shares, neighbours merged into one span, strongest first. */
function strongest(tokens: readonly Token[], from: number, shares: Float64Array, head: string): EvidenceSpan[] {
  const ranked = Array.from(shares, (share, index) => ({ share, index }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share || a.index - b.index);
  const floor = (ranked[0]?.share ?? 0) * SHARE_OF_STRONGEST;
  const chosen = ranked
    .slice(0, SPANS_PER_HEAD)
    .filter(({ share }) => share >= floor)
    .sort((a, b) => a.index - b.index);
  const spans: { head: string; start: number; end: number; weight: number; last: number }[] = [];
  for (const { share, index } of chosen) {
    const token = tokens[from + index];
    if (token === undefined) continue;
    const previous = spans.at(-1);
    if (previous !== undefined && previous.last === index - 1) {
      previous.end = token.end;
      previous.weight += share;
      previous.last = index;
    } else {
      spans.push({ head, start: token.start, end: token.end, weight: share, last: index });
    }
  }
  return spans.map(({ last: _, ...span }) => span).sort((a, b) => b.weight - a.weight);
}
