import type { JudgeEndpoint, ModelRequest, ModelUsage } from '#engine/ports/language-model.ts';

type Prices = Pick<JudgeEndpoint, 'inputCostPerMillion' | 'outputCostPerMillion'>;

/** More than any model of today takes for a picture of the size that is sent. */
const tokensPerImage = 4_000;
/** Roles and separators of the chat template. */
const tokensPerMessage = 32;

/** US dollars of so many tokens. */
const costOf = ({ inputCostPerMillion, outputCostPerMillion }: Prices, input: number, output: number): number =>
  (input * inputCostPerMillion + output * outputCostPerMillion) / 1_000_000;

/** The most that a request can cost: a token is at least one byte of UTF-8, and the answer is as long as it may be. */
export const highestCost = (prices: Prices, request: ModelRequest): number => {
  const input = request.messages.reduce(
    (sum, { content }) =>
      sum +
      tokensPerMessage +
      content.reduce(
        (tokens, part) => tokens + (part.kind === 'text' ? Buffer.byteLength(part.text) : tokensPerImage),
        0,
      ),
    Buffer.byteLength(JSON.stringify(request.schema)),
  );
  return costOf(prices, input, request.maximumOutputTokens);
};

/** What an answer cost by the tokens that the server names; without them, the most that it can have. */
export const usageOf = (
  prices: Prices,
  request: ModelRequest,
  tokens: { readonly inputTokens?: number | null; readonly outputTokens?: number | null },
): ModelUsage => {
  const { inputTokens = null, outputTokens = null } = tokens;
  const costUsd =
    inputTokens === null || outputTokens === null
      ? highestCost(prices, request)
      : costOf(prices, inputTokens, outputTokens);
  return { inputTokens, outputTokens, costUsd };
};
