import { fileURLToPath } from 'node:url';
import type { Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { ClassifierPool } from './classifier-pool.ts';
import { ClassifierError } from './errors.ts';
import { type ModelManifest, readManifest } from './ngram-model.ts';
import type { ClassifierPoolOptions } from './pool-options.ts';
import type { JudgedText } from './worker-protocol.ts';

export interface NgramDetectorOptions {
  /** `model.json` of the model to use; the one that ships unless set. */
  readonly manifestPath?: string;
  /** Worker threads, 1 unless set. */
  readonly workers?: number;
  /** Time the engine gives one `detect` call, milliseconds. */
  readonly timeoutMs?: number;
  /** Told of crashes and of a model that cannot be used; the error says what to do. */
  readonly onProblem?: (problem: ClassifierError) => void;
  /** Settings of the worker pool that only tests and benchmarks change. */
  readonly pool?: Partial<
    Pick<
      ClassifierPoolOptions,
      'maximumBatch' | 'maximumWaiting' | 'batchTimeoutMs' | 'restartPauseMs' | 'restartPauseLimitMs' | 'workerFile'
    >
  >;
}

const SHIPPED_MANIFEST = fileURLToPath(new URL('../../../models/text-ngram/model.json', import.meta.url));

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/**
 * The text classifier that ships: hashed n-grams with logistic heads, in worker threads.
 *
 * Scores are raw logistic outputs; `models/text-ngram/calibration.json` belongs to them and is applied by the engine.
 * Attributes: `toxicity` and `profanity` (raw), `language`, `language_confidence`, `language_reliable`. Text that is
 * reliably not English is `not_applicable`; short or uncertain text is judged. Throws `ModelFileError` if the manifest
 * cannot be read; weights that do not match their checksum make every signal `unavailable`.
 */
export function createNgramDetector(options: NgramDetectorOptions = {}): Detector {
  const manifestPath = options.manifestPath ?? SHIPPED_MANIFEST;
  const manifest = readManifest(manifestPath);
  const pool = new ClassifierPool({
    manifestPath,
    workers: options.workers ?? 1,
    maximumBatch: 32,
    maximumWaiting: 4096,
    batchTimeoutMs: 5000,
    restartPauseMs: 100,
    restartPauseLimitMs: 30_000,
    workerFile: new URL('./classifier-worker.ts', import.meta.url),
    onProblem: options.onProblem ?? (() => {}),
    ...options.pool,
  });
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
      return signalOf(await pool.classify(part.text, abort), part.id, identity, manifest);
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
    open: () => pool.open(),
    close: () => pool.close(),
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
