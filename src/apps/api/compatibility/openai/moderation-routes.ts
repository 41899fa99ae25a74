import type { Part } from '#contracts/item.ts';
import {
  type ModerationPart,
  type ModerationRequest,
  maximumModerationImages,
  maximumModerationText,
  moderationAnswerSchema,
  moderationRequestSchema,
  openAiErrorSchema,
} from '#contracts/openai-moderation.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import type { ContentScorer, ScoredContent, ScoringRequest } from '#features/scoring/index.ts';
import { Gate } from '#platform/gate.ts';
import type { Server } from '#platform/http/server.ts';
import { newId } from '#platform/ids.ts';
import {
  clientGone,
  notScored,
  tooManyImages,
  tooManyLong,
  tooManyPictures,
  tooMuchText,
} from './moderation-errors.ts';
import { isOtherLanguage, moderationResultOf, unavailableIn } from './moderation-result.ts';
import { openAiErrorShape } from './openai-error.ts';
import type { PictureLoader } from './picture-loader.ts';
import { textGroups } from './text-groups.ts';

export interface ModerationRouteDependencies {
  readonly scorer: ContentScorer;
  readonly pictures: PictureLoader;
  /** Of one picture, bytes. */
  readonly maximumImageBytes: number;
}

const defaultModel = 'omni-moderation-latest';
/** Requests with pictures that are looked at at a time, and that may wait for it: each may hold its pictures in base64 in memory. */
const picturesAtOnce = 4;
const picturesWaiting = 20;
/** Requests with much text that are scored at a time, and that may wait for it: several at once would run into the models' time limit. */
const longAtOnce = 2;
const longWaiting = 50;
/** UTF-16 code units in all from which on a request is one of these. */
const longText = 8_000;
/** Base64 takes a third more; the rest of the body has as much room as elsewhere. */
const bodyLimitFor = (imageBytes: number): number => Math.ceil(imageBytes / 3) * 4 + 2 * 1024 * 1024;

const textRequest = (text: string): ScoringRequest => ({ parts: [{ id: 'input', kind: 'text', text }] });

const isPart = (input: string | ModerationPart): input is ModerationPart => typeof input !== 'string';
const isText = (input: string | ModerationPart): input is string => !isPart(input);

const textOf = (input: string | ModerationPart): string => {
  if (typeof input === 'string') return input;
  return input.type === 'text' ? input.text : '';
};

const partFor = (part: ModerationPart, index: number): Part =>
  part.type === 'text'
    ? { id: `input-${index}`, kind: 'text', text: part.text }
    : { id: `input-${index}`, kind: 'image' };

/** Header naming results whose zeros say nothing, by the language that the models do not know. Only the first ones of many. */
const notAssessedHeader = (results: readonly ScoredContent[]): string | undefined => {
  const byLanguage = new Map<string, number[]>();
  results.forEach((scored, index) => {
    if (!isOtherLanguage(scored)) return;
    const code = scored.language?.code ?? 'und';
    const language = /^[a-z]{2,3}$/.test(code) ? code : 'und';
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), index]);
  });
  if (byLanguage.size === 0) return undefined;
  return [...byLanguage]
    .slice(0, 20)
    .map(([language, indices]) => `language=${language}; results=${indices.slice(0, 50).join(',')}`)
    .join(' | ');
};

/** OpenAI's moderation endpoint for its own clients: stateless, by layers 1 and 2. docs/guides/openai-moderation.md has the mapping. */
export const registerModerationRoutes = (
  server: Server,
  { scorer, pictures, maximumImageBytes }: ModerationRouteDependencies,
): void => {
  const gate = new Gate(picturesAtOnce, { maximumWaiting: picturesWaiting, refusal: tooManyPictures });
  const longGate = new Gate(longAtOnce, { maximumWaiting: longWaiting, refusal: tooManyLong });

  const scoreTexts = async (texts: readonly string[], abort: AbortSignal): Promise<readonly ScoredContent[]> => {
    const scored: ScoredContent[] = [];
    for (const group of textGroups(texts)) scored.push(...(await scorer.score(group.map(textRequest), abort)));
    return scored;
  };

  const scoreParts = async (
    parts: readonly ModerationPart[],
    abort: AbortSignal,
  ): Promise<readonly ScoredContent[]> => {
    const held: { readonly release: () => void }[] = [];
    try {
      const files = new Map<string, PartFile>();
      for (const [index, part] of parts.entries()) {
        if (part.type !== 'image_url') continue;
        const picture = await pictures(part.image_url.url, `input[${index}].image_url.url`, abort);
        held.push(picture);
        files.set(partFor(part, index).id, picture.file);
      }
      return await scorer.score([{ parts: parts.map(partFor), files }], abort);
    } finally {
      for (const { release } of held) release();
    }
  };

  const scoreInputs = (
    inputs: readonly (string | ModerationPart)[],
    abort: AbortSignal,
  ): Promise<readonly ScoredContent[]> => {
    const texts = inputs.filter(isText);
    if (texts.length === inputs.length) return scoreTexts(texts, abort);
    const parts = inputs.filter(isPart);
    const images = parts.filter(({ type }) => type === 'image_url').length;
    if (images > maximumModerationImages) throw tooManyImages(images);
    return images === 0 ? scoreParts(parts, abort) : gate.run(() => scoreParts(parts, abort), abort);
  };

  const score = async (input: ModerationRequest['input'], abort: AbortSignal): Promise<readonly ScoredContent[]> => {
    const inputs: readonly (string | ModerationPart)[] = typeof input === 'string' ? [input] : input;
    const characters = inputs.reduce((sum, each) => sum + textOf(each).length, 0);
    if (characters > maximumModerationText) throw tooMuchText(maximumModerationText);
    const work = () => scoreInputs(inputs, abort);
    return characters > longText ? longGate.run(work, abort) : work();
  };

  server.post(
    '/v1/moderations',
    {
      bodyLimit: bodyLimitFor(maximumImageBytes),
      config: { access: { scope: 'score' }, errorShape: openAiErrorShape },
      schema: {
        tags: ['Compatibility'],
        summary: "OpenAI's moderation endpoint",
        body: moderationRequestSchema,
        response: {
          200: moderationAnswerSchema,
          400: openAiErrorSchema,
          401: openAiErrorSchema,
          403: openAiErrorSchema,
          413: openAiErrorSchema,
          429: openAiErrorSchema,
          503: openAiErrorSchema,
        },
      },
    },
    async (request, reply) => {
      const gone = new AbortController();
      const leave = (): void => gone.abort(new Error('the client is gone'));
      reply.raw.once('close', leave);
      const scored = await score(request.body.input, gone.signal).catch((error: unknown) => {
        throw gone.signal.aborted ? clientGone() : error;
      });
      const missing = [...new Set(scored.flatMap(unavailableIn))];
      if (missing.length > 0) throw notScored(missing);
      const notAssessed = notAssessedHeader(scored);
      if (notAssessed !== undefined) reply.header('x-tidegate-not-assessed', notAssessed);
      return reply.send({
        id: `modr-${newId()}`,
        model: request.body.model ?? defaultModel,
        results: scored.map(moderationResultOf),
      });
    },
  );
};
