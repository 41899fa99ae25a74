import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { BenchRow } from '../bench/table.ts';
import { createLanguageModel } from '../src/connectors/llm/language-model.ts';
import type { Policy } from '../src/contracts/policy.ts';
import type { Signal } from '../src/contracts/signal.ts';
import { createJudge } from '../src/detectors/layer3-llm/judge.ts';
import { createJudgeCache } from '../src/detectors/layer3-llm/judge-cache.ts';
import type { DetectorContext } from '../src/engine/ports/detector.ts';
import type { JudgeEndpoint } from '../src/engine/ports/language-model.ts';
import { parsePolicyDocument } from '../src/features/policies/index.ts';
import { systemClock } from '../src/platform/clock.ts';
import { type JudgedCase, rowsOf } from './llm-table.ts';

const caseSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['violation', 'near_miss', 'context', 'injection']),
  category: z.string(),
  text: z.string(),
  thread: z.array(z.string()).optional(),
  expected: z.enum(['violates', 'clear']),
});
export type LlmCase = z.infer<typeof caseSchema>;

/** What the evaluation is told of the endpoint; the rest are the product's defaults. */
export type LlmEvaluation = Pick<
  JudgeEndpoint,
  'tier' | 'baseUrl' | 'model' | 'apiKey' | 'structure' | 'timeoutMs' | 'inputCostPerMillion' | 'outputCostPerMillion'
> & {
  /** Cases to run, spread evenly; all of them where null. */
  readonly limit: number | null;
  readonly onCase?: (judged: JudgedCase) => void;
};

const readCases = (): LlmCase[] =>
  readFileSync(join(import.meta.dirname, 'data/llm-cases.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => caseSchema.parse(JSON.parse(line)));

const readPolicy = (): Policy => {
  const parsed = parsePolicyDocument(readFileSync(join(import.meta.dirname, '../policies/default.yaml'), 'utf8'));
  if ('errors' in parsed) throw new Error(`policies/default.yaml: ${parsed.errors[0]?.message}`);
  return { ...parsed.document, id: 'default', version: 0 };
};

const contextOf = ({ id, text, thread }: LlmCase): DetectorContext => ({
  item: {
    account: { id: `author-of-${id}` },
    surface: 'comment',
    locale: 'en',
    parts: [{ id: 'body', kind: 'text', text }],
    ...(thread === undefined
      ? {}
      : { thread: { id, messages: thread.map((message) => ({ accountId: 'somebody-else', text: message })) } }),
  },
  account: { id: `author-of-${id}`, tier: 'new' },
  counters: {},
  reposts: {},
  signals: [],
  now: 0,
});

const spread = <T>(all: readonly T[], limit: number | null): readonly T[] => {
  if (limit === null || limit >= all.length) return all;
  return Array.from({ length: limit }, (_, index) => all[Math.floor((index * all.length) / limit)]!);
};

const outcomeOf = (signal: Signal, category: string): JudgedCase['outcome'] => {
  if (signal.status === 'unavailable') return 'unavailable';
  const score = signal.scores[category];
  if (score === undefined) return signal.attributes.judge_control === 'failed' ? 'void' : 'abstained';
  return score >= 0.5 ? 'violates' : 'clear';
};

/** Puts every case to the real judge over the real endpoint, one after the other, as if the local models were in doubt about its category. */
export const evaluateLlm = async ({ limit, onCase, ...given }: LlmEvaluation): Promise<readonly BenchRow[]> => {
  const policy = readPolicy();
  const endpoint: JudgeEndpoint = {
    ...given,
    name: 'Evaluation',
    enabled: true,
    images: false,
    concurrency: 1,
    requestsPerMinute: 100_000,
    dailyCostUsd: null,
    minimumConfidence: 0.7,
    maximumOutputTokens: 600,
    revision: 1,
  };
  const model = createLanguageModel(endpoint, {
    clock: systemClock,
    cap: { take: async () => () => {} },
  });
  const judged: JudgedCase[] = [];
  let prompt = '';
  const cases = spread(readCases(), limit);
  for (const one of cases) {
    let calls = 0;
    const judge = createJudge({
      endpoint,
      model,
      policy,
      standing: () => [{ category: one.category, status: 'between', probability: 0.6, review: 0.4, remove: 0.92 }],
      cache: createJudgeCache(1),
      record: () => {
        calls += 1;
      },
    });
    prompt = judge.version;
    const started = performance.now();
    const [signal] = await judge.detect([{ context: contextOf(one) }], new AbortController().signal);
    const fact = signal!.evidence.find((evidence) => evidence.kind === 'fact' && evidence.name === 'judge_verdict');
    const result: JudgedCase = {
      ...one,
      outcome: outcomeOf(signal!, one.category),
      said: fact?.kind === 'fact' ? String(fact.value) : null,
      noticed: (signal!.effects ?? []).some(({ kind }) => kind === 'route'),
      reason: signal!.reason ?? null,
      calls,
      durationMs: performance.now() - started,
      costUsd: signal!.costUsd,
    };
    judged.push(result);
    onCase?.(result);
  }
  return rowsOf(judged, prompt);
};
