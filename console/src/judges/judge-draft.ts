import { type JudgeSettings, judgeWriteSchema } from '#contracts/judge.ts';
import type { JudgeInput } from './judge-queries.ts';

/** The settings of a tier under edit. The key is only ever written: empty leaves the saved one, null takes it away. */
export interface JudgeDraft {
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | null;
  readonly enabled: boolean;
  readonly images: boolean;
  readonly structure: 'json_schema' | 'json_object' | 'none';
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly requestsPerMinute: number;
  readonly dailyCostUsd: number | null;
  readonly inputCostPerMillion: number;
  readonly outputCostPerMillion: number;
  readonly minimumConfidence: number;
  readonly maximumOutputTokens: number;
}

/** What the contract fills in for a tier of which only the place is known. */
const defaults = judgeWriteSchema.parse({ name: '-', baseUrl: 'http://localhost', model: '-', revision: 0 });

export const draftOf = (saved: JudgeSettings | undefined): JudgeDraft => {
  if (saved === undefined) {
    const { revision: _revision, ...rest } = defaults;
    return { ...rest, name: '', baseUrl: '', model: '', apiKey: '' };
  }
  const {
    tier: _tier,
    hasApiKey: _key,
    updatedAt: _at,
    today: _today,
    breaker: _breaker,
    revision: _revision,
    ...rest
  } = saved;
  return { ...rest, apiKey: '' };
};

/** The draft as it is saved, on top of a revision; 0 for a tier that was never set. */
export const bodyOf = ({ apiKey, ...draft }: JudgeDraft, revision: number): JudgeInput => ({
  ...draft,
  name: draft.name.trim(),
  baseUrl: draft.baseUrl.trim(),
  model: draft.model.trim(),
  ...(apiKey === '' ? {} : { apiKey }),
  revision,
});

export const isComplete = ({ name, baseUrl, model }: JudgeDraft): boolean =>
  [name, baseUrl, model].every((text) => text.trim() !== '');

/** Places to start from. They say where such servers usually listen; the model is the person's to choose. */
export const presets = [
  { id: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1', structure: 'json_schema' },
  { id: 'llamacpp', baseUrl: 'http://127.0.0.1:8080/v1', structure: 'json_schema' },
  { id: 'vllm', baseUrl: 'http://127.0.0.1:8000/v1', structure: 'json_schema' },
  { id: 'openai', baseUrl: 'https://api.openai.com/v1', structure: 'json_schema' },
] as const satisfies readonly ({ id: string } & Pick<JudgeDraft, 'baseUrl' | 'structure'>)[];
