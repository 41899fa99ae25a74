import { z } from 'zod';
import type { Category } from '#contracts/category.ts';
import { dataUrl } from '../request-template.ts';
import { probabilityAt, type Reading, type ScorerProtocol, UnusableAnswer } from '../scorer-protocol.ts';
import type { OpenAiModerationSettings } from '../scorer-settings.ts';

type Names = Record<Category, string[]>;

/** Of texts the model judges everything; of pictures only these (platform.openai.com/docs/guides/moderation). */
const ofPictures: Names = {
  sexual: ['sexual'],
  violence: ['violence', 'violence/graphic'],
  self_harm: ['self-harm', 'self-harm/intent', 'self-harm/instructions'],
};
const ofTexts: Names = {
  hate_speech: ['hate', 'hate/threatening'],
  harassment: ['harassment', 'harassment/threatening'],
  ...ofPictures,
  sexual: ['sexual', 'sexual/minors'],
};

const answerSchema = z.object({
  model: z.string().max(200).optional(),
  results: z.tuple([
    z.object({
      category_scores: z.record(z.string(), z.unknown()),
      category_applied_input_types: z.record(z.string(), z.array(z.string())).optional(),
    }),
  ]),
});

/** `POST {baseUrl}/moderations` (platform.openai.com/docs/api-reference/moderations/create), one text or picture a request. */
export const createOpenAiModeration = (
  { baseUrl, model, input, categories = input === 'text' ? ofTexts : ofPictures }: OpenAiModerationSettings,
  headers: Readonly<Record<string, string>>,
): ScorerProtocol => ({
  judges: Object.keys(categories),
  url: `${baseUrl.replace(/\/+$/, '')}/moderations`,
  headers,
  ask: (content) =>
    content.kind === 'text'
      ? { model, input: content.text.toWellFormed() }
      : { model, input: [{ type: 'image_url', image_url: { url: dataUrl(content.image) } }] },
  read(answer): Reading {
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success) throw new UnusableAnswer('it is not the answer of a moderation endpoint');
    const [{ category_scores: scores, category_applied_input_types: applied }] = parsed.data.results;
    // What was not looked at is answered with a 0, which would clear it. Models from before pictures do not say what they looked for.
    const lookedFor = (name: string): boolean =>
      applied === undefined ? input === 'text' : (applied[name] ?? []).includes(input);
    const scoreOf = ([general, ...kinds]: readonly string[]): number => {
      if (general === undefined || !lookedFor(general))
        throw new UnusableAnswer(`the model did not look for \`${general}\` in this ${input}`);
      // Kinds of it that a model does not tell apart are in the general one.
      const names = [general, ...kinds.filter(lookedFor)];
      return Math.max(
        ...names.map((name) =>
          probabilityAt(Object.hasOwn(scores, name) ? scores[name] : undefined, `category_scores["${name}"]`),
        ),
      );
    };
    return {
      status: 'ok',
      scores: Object.fromEntries(Object.entries(categories).map(([category, names]) => [category, scoreOf(names)])),
      attributes: parsed.data.model === undefined ? {} : { scorer_model: parsed.data.model },
    };
  },
});
