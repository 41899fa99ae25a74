import { createLanguageModel } from '#connectors/llm/language-model.ts';
import type { ItemContent } from '#contracts/item.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import { createJudge } from '#detectors/layer3-llm/judge.ts';
import { createJudgeCache } from '#detectors/layer3-llm/judge-cache.ts';
import { type Decided, decide, layersOf } from '#engine/decide.ts';
import type { Detector, DetectorContext } from '#engine/ports/detector.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import type { JudgeCallRecord, JudgeEndpoint } from '#engine/ports/language-model.ts';
import { standingUnder } from '#engine/standing.ts';
import { systemClock } from '#platform/clock.ts';
import { honestJudge } from './scripted-judges.ts';
import { type ScriptedLlm, startScriptedLlm } from './scripted-llm.ts';

const category = (title: string) => ({
  title,
  review: 0.4,
  remove: 0.92,
  severity: 3,
  clause: '1.2',
  text: 'Insults are removed.',
  requires: { text: ['local-model'] },
});
/** `house_rules` has no control text: no judge may clear it. In `self_harm` review begins later than the judges' least confidence. */
const policy = {
  ...policyDocumentSchema.parse({
    name: 'Judged',
    categories: {
      harassment: category('Harassment'),
      spam: category('Spam'),
      self_harm: { ...category('Self-harm'), review: 0.8 },
      house_rules: category('House rules'),
    },
  }),
  id: 'judged',
  version: 1,
};

/** A detector under the judges that always says the same. */
export const saying = (id: string, layer: 1 | 2, signal: Partial<Signal>): Detector => ({
  id,
  version: '1',
  layer,
  scope: 'item',
  kinds: ['text'],
  judges: layer === 1 ? [] : ['harassment', 'spam', 'self_harm', 'house_rules'],
  deterministic: true,
  reuse: 'never',
  timeoutMs: 1_000,
  costUsd: 0,
  detect: async () => [
    {
      detector: id,
      version: '1',
      layer,
      status: 'ok',
      scores: {},
      attributes: {},
      evidence: [],
      durationMs: 1,
      costUsd: 0,
      ...signal,
    },
  ],
});

export const itemOf = (text: string, changes: Partial<ItemContent> = {}): ItemContent => ({
  account: { id: 'account-1' },
  surface: 'comment',
  parts: [{ id: 'body', kind: 'text', text }],
  ...changes,
});

export const judgeSignal = (trace: readonly Signal[]): Signal => trace.find(({ layer }) => layer >= 3)!;

export interface Circumstances {
  /** What the local model says; in doubt about harassment unless given. */
  readonly scores?: Signal['scores'];
  readonly layerOne?: Partial<Signal>;
  readonly files?: DetectorContext['files'];
}

export interface JudgeWorld {
  readonly llm: ScriptedLlm;
  readonly calls: JudgeCallRecord[];
  judge(changes?: Partial<JudgeEndpoint>, images?: StoredImages): Detector;
  decideOn(item: ItemContent, judges: readonly Detector[], circumstances?: Circumstances): Promise<Decided>;
  /** An empty cache, no calls, the honest judge. */
  reset(): void;
}

/** Judges in front of a scripted server, under the real engine, with a local model that is in doubt. */
export const createJudgeWorld = async (): Promise<JudgeWorld> => {
  const llm = await startScriptedLlm(honestJudge());
  const calls: JudgeCallRecord[] = [];
  let cache = createJudgeCache();
  return {
    llm,
    calls,
    reset() {
      cache = createJudgeCache();
      calls.length = 0;
      llm.requests.length = 0;
      llm.script = honestJudge();
    },
    judge(changes = {}, images) {
      const endpoint: JudgeEndpoint = {
        tier: 'small',
        name: 'Scripted',
        baseUrl: llm.baseUrl,
        model: 'scripted-1',
        apiKey: null,
        enabled: true,
        images: false,
        structure: 'json_schema',
        timeoutMs: 3_000,
        concurrency: 8,
        requestsPerMinute: 100_000,
        dailyCostUsd: null,
        inputCostPerMillion: 1,
        outputCostPerMillion: 1,
        minimumConfidence: 0.7,
        maximumOutputTokens: 600,
        revision: 1,
        ...changes,
      };
      const cap = { take: async () => () => {} };
      return createJudge({
        endpoint,
        model: createLanguageModel(endpoint, { clock: systemClock, cap }),
        policy,
        standing: standingUnder(policy, () => undefined),
        ...(images === undefined ? {} : { images }),
        cache,
        record: (call) => calls.push(call),
      });
    },
    decideOn(item, judges, { scores = { harassment: 0.6 }, layerOne = {}, files } = {}) {
      const detectors = [saying('rules-1', 1, layerOne), saying('local-model', 2, { scores }), ...judges];
      return decide({
        policy,
        detectors,
        calibrations: () => undefined,
        facts: {
          surface: item.surface,
          locale: null,
          tier: 'new',
          layers: layersOf(detectors),
          reach: null,
          partKinds: item.parts.map(({ id, kind }) => ({ id, kind })),
          qualitySampled: false,
          lastAttempt: false,
          interrupted: null,
        },
        context: {
          item,
          account: { id: 'account-1', tier: 'new' },
          counters: {},
          reposts: {},
          now: 0,
          ...(files === undefined ? {} : { files }),
        },
        environment: { elapsed: () => performance.now(), after: () => () => {} },
      });
    },
  };
};
