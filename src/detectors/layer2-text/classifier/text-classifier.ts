import type { Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { InferenceError } from '../../inference/errors.ts';
import { ClassifierError } from '../errors.ts';
import { createTextReader, type TextStages } from './text-reader.ts';

export interface TextClassifierOptions extends TextStages {
  /** Every text goes to the encoder, whatever the n-gram stage says: for scores that are compared with each other. */
  readonly exhaustive?: boolean;
  /** Time the engine gives one `detect` call, milliseconds. */
  readonly timeoutMs?: number;
}

/** Heads at or below this raw score get no evidence. */
const EVIDENCE_FROM = 0.3;

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/**
 * The text classifier that ships: a cascade of the n-gram stage, which may clear what is plainly harmless, and a small transformer for the
 * rest. The stages are shared: whoever made them closes them.
 *
 * Scores are raw; `models/text/calibration.json` belongs to them and is applied by the engine. Attributes: `toxicity`, `severe_toxicity`,
 * `insult`, `profanity`, `threat`, `identity_attack` (raw), `stage` (`ngram` where that cleared the text, else `encoder`), `language`,
 * `language_confidence`, `language_reliable`, and for long texts `windows_read` of `windows`. A text in disguise is read a second time as it
 * is meant, and the higher score counts. Text that is reliably not English is `not_applicable`. Where the encoder does not answer and the
 * text is not cleared, the signal is `unavailable`.
 *
 * @throws ModelFileError if `cascade.json` cannot be read or was made for other stages
 */
export function createTextClassifier(options: TextClassifierOptions): Detector {
  const { ngram, encoder, exhaustive = false } = options;
  const { cascade, attributes: isAttribute, read: readText } = createTextReader(options);
  const identity = { detector: cascade.detector, version: cascade.version, layer: 2 as const };

  async function look(text: string, partId: string, abort: AbortSignal): Promise<Omit<Signal, 'durationMs'>> {
    const common = { ...identity, partId, costUsd: 0 };
    const { language, found: reading } = await readText(text, abort, exhaustive);
    const attributes: Signal['attributes'] = {
      language: language.language,
      language_confidence: round(language.confidence),
      language_reliable: language.reliable,
    };
    if (reading === undefined) {
      const reason = `language: ${language.language} is outside this model's scope (${cascade.language})`;
      return { ...common, status: 'not_applicable', reason, scores: {}, attributes, evidence: [] };
    }
    const { scores: found, read } = reading;
    attributes.stage = read === undefined ? 'ngram' : 'encoder';
    if (read !== undefined && read.windows.total > 1) {
      attributes.windows_read = read.windows.read;
      attributes.windows = read.windows.total;
    }
    const scores: Record<string, number> = {};
    for (const [head, score] of found) {
      if (isAttribute.has(head)) attributes[head] = round(score);
      else scores[head] = round(score);
    }
    const evidence: Evidence[] = [];
    const add = (head: string, start: number, end: number, label: string, weight: number): void => {
      if ((found.get(head) ?? 0) <= EVIDENCE_FROM || start >= end) return;
      evidence.push({
        kind: 'span',
        partId,
        start,
        end,
        label,
        weight,
        ...(isAttribute.has(head) ? {} : { category: head }),
      });
    };
    for (const span of reading.evidence) add(span.head, span.start, span.end, span.head, round(span.weight));
    for (const [head, { start, end }] of read?.best ?? []) add(head, start, end, `window: ${head}`, 0);
    return { ...common, status: 'ok', scores, attributes, evidence };
  }

  async function judge(input: DetectorInput, abort: AbortSignal): Promise<Signal> {
    const started = performance.now();
    const part = input.part;
    const empty = { ...identity, ...(part === undefined ? {} : { partId: part.id }), scores: {}, attributes: {} };
    if (part?.kind !== 'text') {
      const reason = 'kind: not a text part';
      return { ...empty, status: 'not_applicable', reason, evidence: [], durationMs: 0, costUsd: 0 };
    }
    try {
      const signal = await look(part.text, part.id, abort);
      return { ...signal, durationMs: round(performance.now() - started) };
    } catch (error) {
      const known = error instanceof ClassifierError || error instanceof InferenceError;
      const reason = known ? `${error.failure}: ${error.message}` : 'error: unexpected';
      const durationMs = performance.now() - started;
      return { ...empty, status: 'unavailable', reason: reason.slice(0, 400), evidence: [], durationMs, costUsd: 0 };
    }
  }

  return {
    id: cascade.detector,
    version: cascade.version,
    layer: 2,
    scope: 'part',
    kinds: ['text'],
    judges: Object.keys(cascade.heads).filter((head) => !isAttribute.has(head)),
    deterministic: true,
    reuse: 'content',
    timeoutMs: options.timeoutMs ?? 10_000,
    costUsd: 0,
    async open() {
      await Promise.all([ngram.open(), encoder.open()]);
    },
    detect: (inputs, abort) => Promise.all(inputs.map((input) => judge(input, abort))),
  };
}
