import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import { createImageSandbox, type ProcessImageSandbox } from '#connectors/image-sandbox/image-sandbox.ts';
import { LoadedImages } from '#connectors/image-sandbox/loaded-images.ts';
import type { Category } from '#contracts/category.ts';
import type { ImagePart, TrialItem } from '#contracts/item.ts';
import type { TrialAnswer } from '#contracts/items-api.ts';
import type { PolicyDocument, Rule } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import { createHashBanksDetector } from '#detectors/layer1-hashes/banks/hash-banks-detector.ts';
import { noHashBanks } from '#detectors/layer1-hashes/banks/no-hash-banks.ts';
import { createRepostsDetector } from '#detectors/layer1-hashes/reposts/reposts-detector.ts';
import { createAccountDetector } from '#detectors/layer1-rules/account/account-detector.ts';
import { createRulesDetector } from '#detectors/layer1-rules/cel/rules-detector.ts';
import { createCheckWorthinessDetector } from '#detectors/layer1-rules/check-worthiness/check-worthiness-detector.ts';
import { loadDefaultTermLists } from '#detectors/layer1-rules/default-terms/default-term-lists.ts';
import { createFilesDetector } from '#detectors/layer1-rules/files/files-detector.ts';
import { createLinksDetector } from '#detectors/layer1-rules/links/links-detector.ts';
import { createStructuralDetector } from '#detectors/layer1-rules/structural/structural-detector.ts';
import { createTermsDetector } from '#detectors/layer1-rules/terms/terms-detector.ts';
import { createImageNsfwDetector } from '#detectors/layer2-image/nsfw/nsfw-detector.ts';
import { createImageTextDetector } from '#detectors/layer2-image/text/text-detector.ts';
import { createTextClassifier } from '#detectors/layer2-text/classifier/text-classifier.ts';
import { createTextExplainer } from '#detectors/layer2-text/classifier/text-explainer.ts';
import { createTextEncoder } from '#detectors/layer2-text/encoder/text-encoder.ts';
import { createNgramDetector } from '#detectors/layer2-text/ngram-detector.ts';
import { createNgramStage } from '#detectors/layer2-text/ngram-stage.ts';
import { isMonotone } from '#engine/calibrate.ts';
import type { CalibrationSet, DetectorCalibration } from '#engine/ports/calibration.ts';
import type { Detector, DetectorInput, PartFile } from '#engine/ports/detector.ts';
import type { HashBanks } from '#engine/ports/hash-banks.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import type { JudgeEndpoint } from '#engine/ports/language-model.ts';
import type { TextExplainer } from '#engine/ports/text-explainer.ts';
import { withSignalReuse } from '#engine/signal-reuse.ts';
import { type DecisionSetup, tryItem } from '#features/items/index.ts';
import { type Configuration, parsePolicyDocument } from '#features/policies/index.ts';
import { newId } from '#platform/ids.ts';
import { createLog, type Log } from '#platform/telemetry/log.ts';
import type { ComposedJudges } from './compose-judges.ts';
import { modelsFor } from './text-models.ts';

/** Detectors that hold models or threads: made once, shared by every configuration. */
export interface SharedDetectors {
  readonly detectors: readonly Detector[];
  readonly calibrations: CalibrationSet;
  /** Detectors that are asked for scores in the place of those with the same id, such as one that skips nothing. */
  readonly forScores?: ReadonlyMap<string, Detector>;
  /** Says which words the text model's scores rest on; absent where the text model cannot. */
  readonly explainer?: TextExplainer;
  /** What every item may need. Models that are not opened open themselves when they are first asked. */
  open(): Promise<void>;
  /** Opens the others ahead of time; nobody waits for it. */
  warm?(): void;
  close(): Promise<void>;
}

const shortDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
/** What a part's signals may be reused by: its text, or its file's digest. A file that is not known says nothing. */
const contentDigest = ({ part, context }: DetectorInput): string | undefined => {
  if (part?.kind === 'text') return createHash('sha256').update(part.text).digest('base64');
  const file = part === undefined ? undefined : context.files?.get(part.id);
  return file?.status === 'ok' ? file.facts.sha256 : undefined;
};

/** @throws Error where the file would turn a higher score into a lower probability */
const readCalibration = (file: string): DetectorCalibration => {
  const calibration = JSON.parse(readFileSync(file, 'utf8')) as DetectorCalibration;
  const maps = [...Object.entries(calibration.categories), ...Object.entries(calibration.attributes ?? {})];
  const faulty = maps.find(([, map]) => map !== undefined && !isMonotone(map));
  if (faulty !== undefined) throw new Error(`${file}: ${faulty[0]} is not monotone; restore the file of the release`);
  return calibration;
};

/** The process that decodes pictures. `maximumBytes` of a file, at most. */
export const composeImageSandbox = (limits: { readonly maximumBytes?: number } = {}): ProcessImageSandbox =>
  createImageSandbox({ limits });

/** The local models that ship. */
export const composeModels = (
  projectDir: string,
  { log, images }: { readonly log: Log; readonly images: StoredImages },
): SharedDetectors => {
  const report =
    (detector: string) =>
    (problem: { readonly failure: string; readonly message: string }): void =>
      log.error({ detector, failure: problem.failure }, problem.message);
  const signals = new LRUCache<string, Signal>({ max: 5_000 });
  const ngram = createNgramStage({ onProblem: report('text-ngram') });
  const encoder = createTextEncoder({ onProblem: report('text-classifier') });
  const text = [createTextClassifier({ ngram, encoder }), createNgramDetector({ stage: ngram })];
  const exhaustive = createTextClassifier({ ngram, encoder, exhaustive: true });
  const pictures = [
    createImageNsfwDetector({ images, onProblem: report('image-nsfw') }),
    createImageTextDetector({ images, onProblem: report('image-text') }),
  ];
  const models = [...text, ...pictures];
  const calibrations = ['text', 'text-ngram', 'image-nsfw'].map((model) =>
    readCalibration(join(projectDir, 'models', model, 'calibration.json')),
  );
  return {
    detectors: models.map((model) => withSignalReuse(model, signals, contentDigest)),
    calibrations: (detector, version) =>
      calibrations.find((calibration) => calibration.detector === detector && calibration.version === version),
    forScores: new Map([[exhaustive.id, exhaustive]]),
    explainer: createTextExplainer({ ngram, encoder }),
    async open() {
      await Promise.all([ngram.open(), encoder.open()]);
    },
    warm() {
      // Whatever keeps one from opening is reported, and its signals are unavailable.
      for (const model of pictures) void model.open?.().catch(() => undefined);
    },
    close: async () => {
      await Promise.all([ngram.close(), encoder.close(), ...pictures.map((model) => model.close?.())]);
    },
  };
};

type Lists = Pick<Configuration, 'termLists' | 'domainLists' | 'digests'>;

/** Compiling a large list takes a while; a configuration with the same lists keeps what was compiled from them. */
const createListDetectors = () => {
  let known: { readonly version: string; readonly detectors: readonly Detector[] } | undefined;
  return ({ termLists, domainLists, digests }: Lists): readonly Detector[] => {
    // Named in every signal, so that a trace tells which lists it was made with.
    const version = shortDigest([...digests].map(([id, digest]) => `${id}=${digest}`).join('\n'));
    if (known?.version !== version) {
      const detectors = [createTermsDetector(termLists, version), createLinksDetector({ domainLists, version })];
      known = { version, detectors };
    }
    return known.detectors;
  };
};

export interface Setups {
  /** Everything that decides under one configuration, with the judges that are set up; asked once per epoch. */
  setupFor(configuration: Configuration, endpoints?: readonly JudgeEndpoint[]): DecisionSetup;
  /**
   * The installed detectors by id, with the categories that each judges; null where lists or rules decide that, and for those that judge
   * nothing themselves but find parts for others to judge.
   */
  readonly installed: ReadonlyMap<string, ReadonlySet<Category> | null>;
}

/** What the detectors of a setup are made of, beside the configuration. */
export interface SetupMaterial {
  readonly models: SharedDetectors;
  readonly banks: HashBanks;
  /** Absent where no language model is to be asked. */
  readonly judges?: Pick<ComposedJudges, 'detectorsFor'>;
}

export const composeSetups = ({ models, banks, judges }: SetupMaterial): Setups => {
  const listDetectors = createListDetectors();
  const independent = [
    createStructuralDetector(),
    createAccountDetector(),
    createRepostsDetector(),
    createFilesDetector(),
    createCheckWorthinessDetector(),
  ];
  const detectorsFor = (
    lists: Lists,
    rules: readonly Rule[],
    epoch: number,
    chosen = models.detectors,
  ): readonly Detector[] => [
    ...listDetectors(lists),
    ...independent,
    createHashBanksDetector(banks, epoch),
    createRulesDetector(rules, 1),
    ...chosen,
    createRulesDetector(rules, 2),
  ];
  const fixed = [...independent, ...models.detectors];
  const anything = detectorsFor({ termLists: [], domainLists: [], digests: new Map() }, [], 0);
  return {
    setupFor: (configuration, endpoints = []) => ({
      epoch: configuration.epoch,
      policy: configuration.policy,
      calibrations: models.calibrations,
      detectors: [
        ...detectorsFor(
          configuration,
          configuration.policy.rules,
          configuration.epoch,
          modelsFor(configuration.policy, models.detectors),
        ),
        ...(judges?.detectorsFor(configuration.policy, endpoints) ?? []),
      ],
    }),
    installed: new Map([
      ...anything.map(({ id }): [string, null] => [id, null]),
      ...fixed
        .filter(({ judges }) => judges.length > 0)
        .map(({ id, judges }): [string, ReadonlySet<Category>] => [id, new Set(judges)]),
    ]),
  };
};

/** Judging without an installation. */
export interface LocalTrial {
  /** Makes a picture known, as the part `id` of items to come. @throws ImageFaultError */
  attach(id: string, picture: { readonly bytes: Uint8Array; readonly fileName: string }): Promise<ImagePart>;
  trial(item: TrialItem): Promise<TrialAnswer>;
  close(): Promise<void>;
}

/** Layers 1 and 2 without an installation: the lists that ship, no database. */
export interface LocalEngine {
  readonly projectDir: string;
  readonly setup: DecisionSetup;
  readonly models: SharedDetectors;
  readonly images: LoadedImages;
  close(): Promise<void>;
}

/** @param adapt what is done to the models that ship before they are used */
export const openLocalEngine = async (
  document: PolicyDocument,
  adapt: (models: SharedDetectors) => SharedDetectors = (models) => models,
): Promise<LocalEngine> => {
  const projectDir = resolve(import.meta.dirname, '../..');
  const sandbox = composeImageSandbox();
  const images = new LoadedImages(sandbox);
  const models = adapt(composeModels(projectDir, { log: createLog('error'), images }));
  const setup = composeSetups({ models, banks: noHashBanks }).setupFor({
    epoch: 0,
    policy: { ...document, id: 'default', version: 0 },
    termLists: loadDefaultTermLists(),
    domainLists: [],
    digests: new Map(),
  });
  await models.open();
  return {
    projectDir,
    setup,
    models,
    images,
    async close() {
      await models.close();
      await sandbox.close();
    },
  };
};

/** @throws Error where the policy that ships is not valid */
const readShippedPolicy = async (): Promise<PolicyDocument> => {
  const text = await readFile(resolve(import.meta.dirname, '../../policies/default.yaml'), 'utf8');
  const parsed = parsePolicyDocument(text);
  if ('errors' in parsed)
    throw new Error(`policies/default.yaml: ${parsed.errors[0]?.path}: ${parsed.errors[0]?.message}`);
  return parsed.document;
};

/** The engine alone: nothing stored. */
export const composeTrial = async (): Promise<LocalTrial> => {
  const { setup, images, close } = await openLocalEngine(await readShippedPolicy());
  const files = new Map<string, PartFile>();
  return {
    async attach(id, { bytes, fileName }) {
      const mediaId = newId();
      files.set(id, await images.add(mediaId, bytes, { fileName }));
      return { id, kind: 'image', mediaId };
    },
    trial: (item) => tryItem(setup, item, { now: Date.now(), files }),
    close,
  };
};

export { loadDefaultTermLists };
