import { z } from 'zod';
import { probabilityAt, type Reading, type ScorerProtocol, UnusableAnswer } from '../scorer-protocol.ts';
import type { LabelStudioMlSettings } from '../scorer-settings.ts';

const answerSchema = z.object({
  model_version: z.string().max(200).nullish(),
  results: z.tuple([
    z.object({
      score: z.unknown().optional(),
      model_version: z.string().max(200).nullish(),
      result: z.array(
        z.object({
          type: z.string(),
          score: z.unknown().optional(),
          value: z.looseObject({ choices: z.array(z.string()).optional() }),
        }),
      ),
    }),
  ]),
});

/**
 * `POST {url}/predict` of a Label Studio ML backend (labelstud.io/guide/ml_create), one task a request. The backend says which choices it
 * makes and how sure it is: a category's score is that certainty where its choice was made, else what is left of it, the most that
 * another choice can have. A labelling configuration may ask several questions; of their answers the highest score counts.
 */
export const createLabelStudioMl = (
  { url, field, labelConfig, categories }: LabelStudioMlSettings,
  headers: Readonly<Record<string, string>>,
): ScorerProtocol => ({
  judges: Object.keys(categories),
  url: `${url.replace(/\/+$/, '')}/predict`,
  headers,
  ask: (content) => ({
    tasks: [{ id: 1, data: { [field]: content.kind === 'text' ? content.text.toWellFormed() : '' } }],
    ...(labelConfig === undefined ? {} : { label_config: labelConfig }),
    params: {},
  }),
  read(answer): Reading {
    const parsed = answerSchema.safeParse(answer);
    if (!parsed.success) throw new UnusableAnswer('it is not the prediction of an ML backend');
    const [prediction] = parsed.data.results;
    const made = prediction.result
      .filter(({ type }) => type === 'choices')
      .map(({ value, score }) => ({
        chosen: new Set(value.choices),
        certainty: probabilityAt(score ?? prediction.score, '/results/0/score'),
      }));
    if (made.length === 0 || made.some(({ chosen }) => chosen.size === 0))
      throw new UnusableAnswer('the prediction makes no choice');
    const scoreOf = (choice: string): number =>
      Math.max(...made.map(({ chosen, certainty }) => (chosen.has(choice) ? certainty : 1 - certainty)));
    const version = prediction.model_version ?? parsed.data.model_version;
    return {
      status: 'ok',
      scores: Object.fromEntries(Object.entries(categories).map(([category, choice]) => [category, scoreOf(choice)])),
      attributes: version == null ? {} : { scorer_model: version },
    };
  },
});
