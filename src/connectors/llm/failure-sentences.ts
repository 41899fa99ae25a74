import type { JudgeEndpoint, ModelFailure } from '#engine/ports/language-model.ts';

/** What happened and how to mend it, for the person who set the endpoint up. Without the server's words, which may quote content. */
export const sentenceFor = (
  failure: ModelFailure,
  { timeoutMs, model, dailyCostUsd }: Pick<JudgeEndpoint, 'timeoutMs' | 'model' | 'dailyCostUsd'>,
  status: number | null,
): string => {
  switch (failure) {
    case 'timeout':
      return `No answer within ${timeoutMs} ms. Raise the time-out, or take a smaller model or a faster server.`;
    case 'aborted':
      return 'The question was given up before an answer came.';
    case 'rate_limited':
      return 'The limit of requests is reached, here or at the server. Raise the limit, or wait; it is tried again by itself.';
    case 'overloaded':
      return 'Too many questions wait for this endpoint. Raise its concurrency if the server can take it.';
    case 'capped':
      return `The day's money (${dailyCostUsd ?? 0} US dollars) is spent or set aside, or what was spent cannot be read. It starts afresh at midnight UTC.`;
    case 'breaker_open':
      return 'The endpoint failed several times in a row and is left alone for a short while. It is tried again by itself.';
    case 'refused':
      return status === 401 || status === 403
        ? `The server refused the key (HTTP ${status}). Set the API key that belongs to this server.`
        : status === 404
          ? `The server knows no such address or model (HTTP 404). Check the base URL, which usually ends in /v1, and the model's name \`${model}\`.`
          : `The server refused the request (HTTP ${status ?? 'unknown'}). If it does not know JSON schemas, set \`structure\` to \`json_object\` or \`none\`.`;
    case 'unreachable':
      return 'No connection to the server. Check the base URL, and that the server runs and can be reached from here.';
    case 'failed':
      return `The server failed${status === null ? '' : ` (HTTP ${status})`}. Its own log says why.`;
    case 'redirected':
      return `The server answered with a redirect (HTTP ${status ?? 300}), which is not followed. Set the address that it leads to as base URL.`;
    case 'invalid':
      return 'The answer is no complete chat completion of acceptable length. Check that the address is an OpenAI-compatible server, and raise the output tokens if answers are cut off.';
  }
};
