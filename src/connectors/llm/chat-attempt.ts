import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { JudgeEndpoint, ModelFailure, ModelMessage, ModelRequest } from '#engine/ports/language-model.ts';
import { readRetryAfter } from '#platform/net/retry-after.ts';
import { AnswerRefused, createBoundedFetch } from './bounded-fetch.ts';

/** An answer to a judge's question has some kilobytes; a server that sends megabytes is broken or hostile. */
const maximumAnswerBytes = 1024 * 1024;

export type Attempt =
  | {
      readonly ok: true;
      readonly text: string;
      readonly model: string;
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
    }
  | {
      readonly ok: false;
      readonly failure: ModelFailure;
      readonly status: number | null;
      /** Milliseconds that the server asked to be left alone for. */
      readonly retryAfterMs: number | null;
      readonly serverSaid?: string;
      /** Tokens of an answer that came but is of no use: they cost all the same. */
      readonly inputTokens?: number | null;
      readonly outputTokens?: number | null;
    };

type ChatModel = ReturnType<ReturnType<typeof createOpenAICompatible>['chatModel']>;
type Prompt = Parameters<ChatModel['doGenerate']>[0]['prompt'];

const toPrompt = (messages: readonly ModelMessage[]): Prompt =>
  messages.map(({ role, content }) =>
    role === 'system'
      ? { role, content: content.map((part) => (part.kind === 'text' ? part.text : '')).join('\n') }
      : {
          role,
          content: content.map((part) =>
            part.kind === 'text'
              ? ({ type: 'text', text: part.text } as const)
              : ({ type: 'file', mediaType: part.type, data: { type: 'data', data: part.data } } as const),
          ),
        },
  );

/** Models of OpenAI itself take the newer name of the limit, and partly no temperature; everybody else knows the older ones. */
const isOpenAi = (baseUrl: string): boolean => new URL(baseUrl).hostname === 'api.openai.com';

const failureOfStatus = (status: number): ModelFailure => {
  if (status === 429) return 'rate_limited';
  if (status === 408) return 'timeout';
  return status >= 500 ? 'failed' : 'refused';
};

const shown = (message: string, apiKey: string | null): string =>
  (apiKey === null ? message : message.replaceAll(apiKey, '[key]'))
    .replace(/\b(sk|key|Bearer)[-_ ][\w*.-]{6,}/gi, '[key]')
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, 300);

/** More than any request of ours takes. A server that counts below zero or beyond this would fill the day's money up, or break its sums. */
const mostTokens = 10_000_000;

/** Tokens by the server's word, where that can be: null is "not told", which costs the most that it can. */
const tokensOf = (told: number | undefined): number | null =>
  told !== undefined && Number.isSafeInteger(told) && told >= 0 && told <= mostTokens ? told : null;

/** One request to `POST {baseUrl}/chat/completions`, without patience of any kind. Never throws. */
export const attemptChat = async (
  endpoint: JudgeEndpoint,
  request: ModelRequest,
  abort: AbortSignal,
  now: number,
): Promise<Attempt> => {
  let response: Response | undefined;
  const openAi = isOpenAi(endpoint.baseUrl);
  const model = createOpenAICompatible({
    name: 'judge',
    baseURL: endpoint.baseUrl,
    ...(endpoint.apiKey === null ? {} : { apiKey: endpoint.apiKey }),
    supportsStructuredOutputs: endpoint.structure === 'json_schema',
    fetch: createBoundedFetch(maximumAnswerBytes, (answer) => {
      response = answer;
    }),
    transformRequestBody: ({ max_tokens, ...body }) => {
      if (openAi) return { ...body, max_completion_tokens: max_tokens };
      // llama_cpp.server takes the schema in this place only; servers that do not know it leave it alone.
      return endpoint.structure === 'json_object'
        ? { ...body, max_tokens, response_format: { type: 'json_object', schema: request.schema.schema } }
        : { ...body, max_tokens };
    },
  }).chatModel(endpoint.model);

  const failed = (failure: ModelFailure, serverSaid?: string): Attempt => ({
    ok: false,
    failure,
    status: response?.status ?? null,
    retryAfterMs: readRetryAfter(response?.headers.get('retry-after') ?? undefined, now),
    ...(serverSaid === undefined ? {} : { serverSaid: shown(serverSaid, endpoint.apiKey) }),
  });

  try {
    const {
      content,
      usage,
      finishReason,
      response: told,
    } = await model.doGenerate({
      prompt: toPrompt(request.messages),
      maxOutputTokens: request.maximumOutputTokens,
      ...(openAi ? {} : { temperature: 0 }),
      ...(endpoint.structure === 'none'
        ? {}
        : { responseFormat: { type: 'json', name: request.schema.name, schema: request.schema.schema } }),
      abortSignal: abort,
    });
    const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    const inputTokens = tokensOf(usage.inputTokens.total);
    const outputTokens = tokensOf(usage.outputTokens.total);
    // A sentence that was cut off, or that a filter took away, is no answer.
    if (finishReason.unified !== 'stop' && finishReason.unified !== 'other')
      return { ...failed('invalid', `finish_reason ${finishReason.raw ?? 'unknown'}`), inputTokens, outputTokens };
    return { ok: true, text, model: told?.modelId ?? endpoint.model, inputTokens, outputTokens };
  } catch (error) {
    if (abort.aborted) return failed('aborted');
    const refused = [error, (error as Error).cause].find((one) => one instanceof AnswerRefused);
    if (refused !== undefined) return failed(refused.reason === 'redirected' ? 'redirected' : 'invalid');
    if (response === undefined) return failed('unreachable', causeOf(error));
    const message = error instanceof Error ? error.message : 'unknown';
    return failed(response.ok ? 'invalid' : failureOfStatus(response.status), message);
  }
};

/** `ECONNREFUSED` and the like say more than "fetch failed". */
const causeOf = (error: unknown): string => {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return error instanceof Error ? error.message : 'unknown';
};
