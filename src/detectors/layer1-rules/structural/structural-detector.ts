import type { Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { normalise } from '#engine/text/normalise.ts';
import { findEvasion, findMarkPiles } from './disguise.ts';
import type { Finding } from './finding.ts';
import { findCapitals, findCharacterFlood, findEmojiFlood, findExclamations } from './floods.ts';
import { findRepetition } from './repetition.ts';
import { simhash64 } from './simhash.ts';
import { findWords } from './words.ts';

const base = { detector: 'structural', version: '1', layer: 1 as const, costUsd: 0 };
/** The shape of a text alone is never proof. */
const highestScore = 0.7;

const toEvidence =
  (partId: string, length: number) =>
  ({ spans, label, weight }: Finding): Evidence[] =>
    (spans.length > 0 ? spans : [{ start: 0, end: length }]).map(({ start, end }) => ({
      kind: 'span',
      partId,
      start,
      end,
      category: 'spam',
      label,
      weight,
    }));

const inspect = ({ part }: DetectorInput, abort: AbortSignal): Signal => {
  const empty = { ...base, scores: {}, attributes: {}, evidence: [], durationMs: 0 };
  if (part?.kind !== 'text') return { ...empty, status: 'not_applicable', reason: 'not a text part' };
  const named = { ...empty, partId: part.id };
  if (abort.aborted) return { ...named, status: 'unavailable', reason: 'aborted' };
  const began = performance.now();
  const text = normalise(part.text);
  const words = findWords(text);
  const findings = [
    findRepetition(text, words),
    findCapitals(part.text),
    findExclamations(part.text),
    findEmojiFlood(part.text),
    findCharacterFlood(part.text),
    findMarkPiles(text),
    findEvasion(text),
  ].filter((finding) => finding !== undefined);
  const clear = findings.reduce((product, { weight }) => product * (1 - weight), 1);
  const fingerprint = simhash64(text.text, words);
  return {
    ...named,
    status: 'ok',
    scores: findings.length > 0 ? { spam: Math.round(Math.min(highestScore, 1 - clear) * 10_000) / 10_000 } : {},
    attributes: {
      ...Object.fromEntries(findings.map(({ name, value }) => [name, value])),
      ...(fingerprint === undefined ? {} : { simhash: fingerprint }),
    },
    evidence: findings.flatMap(toEvidence(part.id, part.text.length)),
    durationMs: performance.now() - began,
  };
};

/**
 * The shape of a text: repetition, capitals, floods of marks, emoji or letters, piled-up marks, disguised letters. Scores `spam` only
 * where something was found. The attribute `simhash` is a fingerprint of the text's template, see `hammingDistance64`.
 */
export const createStructuralDetector = (): Detector => ({
  id: base.detector,
  version: base.version,
  layer: 1,
  scope: 'part',
  kinds: ['text'],
  judges: ['spam'],
  deterministic: true,
  reuse: 'content',
  timeoutMs: 1_000,
  costUsd: 0,
  detect: async (inputs, abort) => inputs.map((input) => inspect(input, abort)),
});
