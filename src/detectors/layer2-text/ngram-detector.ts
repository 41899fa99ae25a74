import type { Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { ClassifierError } from './errors.ts';
import type { ModelManifest } from './ngram-model.ts';
import { createNgramStage, type NgramStage, type NgramStageOptions } from './ngram-stage.ts';
import type { JudgedText } from './worker-protocol.ts';

export interface NgramDetectorOptions extends NgramStageOptions {
  /** A stage that somebody else opens and closes; one of its own unless set. */
  readonly stage?: NgramStage;
  /** Time the engine gives one `detect` call, milliseconds. */
  readonly timeoutMs?: number;
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/**
 * The n-gram stage alone: hashed n-grams with logistic heads, in worker threads. For policies that name it instead of the whole classifier.
 *
 * Scores are raw logistic outputs; `models/text-ngram/calibration.json` belongs to them and is applied by the engine.
 * Attributes: `toxicity` and `profanity` (raw), `language`, `language_confidence`, `language_reliable`. Text that is
 * reliably not English is `not_applicable`; short or uncertain text is judged. Throws `ModelFileError` if the manifest
 * cannot be read; weights that do not match their checksum make every signal `unavailable`.
 */
export function createNgramDetector(options: NgramDetectorOptions = {}): Detector {
  const stage = options.stage ?? createNgramStage(options);
  const { manifest } = stage;
  const identity = { detector: manifest.detector, version: manifest.version, layer: 2 as const };

  async function judge(input: DetectorInput, abort: AbortSignal): Promise<Signal> {
    const started = performance.now();
    const part = input.part;
    const empty = {
      ...identity,
      ...(part === undefined ? {} : { partId: part.id }),
      scores: {},
      evidence: [],
      costUsd: 0,
    };
    if (part?.kind !== 'text') {
      return { ...empty, status: 'not_applicable', reason: 'kind: not a text part', attributes: {}, durationMs: 0 };
    }
    try {
      return signalOf(await stage.classify(part.text, abort), part.id, identity, manifest);
    } catch (error) {
      const reason = error instanceof ClassifierError ? `${error.failure}: ${error.message}` : 'error: unexpected';
      const durationMs = performance.now() - started;
      return { ...empty, status: 'unavailable', reason: reason.slice(0, 400), attributes: {}, durationMs };
    }
  }

  return {
    id: manifest.detector,
    version: manifest.version,
    layer: 2,
    scope: 'part',
    kinds: ['text'],
    judges: manifest.heads.filter((head) => !manifest.attributes.includes(head)),
    deterministic: true,
    reuse: 'content',
    timeoutMs: options.timeoutMs ?? 1000,
    costUsd: 0,
    open: () => stage.open(),
    ...(options.stage === undefined ? { close: () => stage.close() } : {}),
    detect: (inputs, abort) => Promise.all(inputs.map((input) => judge(input, abort))),
  };
}

type Identity = Pick<Signal, 'detector' | 'version' | 'layer'>;

function signalOf(judged: JudgedText, partId: string, identity: Identity, manifest: ModelManifest): Signal {
  const { language, classification, durationMs } = judged;
  const common = {
    ...identity,
    partId,
    durationMs: round(durationMs),
    costUsd: 0,
  };
  const attributes: Signal['attributes'] = {
    language: language.language,
    language_confidence: round(language.confidence),
    language_reliable: language.reliable,
  };
  if (classification === undefined) {
    const reason = `language: ${language.language} is outside this model's scope (${manifest.language})`;
    return { ...common, status: 'not_applicable', reason, scores: {}, attributes, evidence: [] };
  }
  const scores: Record<string, number> = {};
  manifest.heads.forEach((head, index) => {
    const score = round(classification.scores[index] ?? 0);
    if (manifest.attributes.includes(head)) attributes[head] = score;
    else scores[head] = score;
  });
  const evidence: Evidence[] = [
    ...classification.evidence.map((span) => ({ ...span, label: span.head, weight: round(span.weight) })),
    ...classification.evidenceWindows.map((span) => ({ ...span, label: `window: ${span.head}`, weight: 0 })),
  ].map(({ head, start, end, label, weight }) => ({
    kind: 'span',
    partId,
    start,
    end,
    label,
    weight,
    ...(manifest.attributes.includes(head) ? {} : { category: head }),
  }));
  return { ...common, status: 'ok', scores, attributes, evidence };
}
