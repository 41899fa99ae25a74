import { z } from 'zod';
import { actions } from '#contracts/action.ts';
import type { Category } from '#contracts/category.ts';
import type { RequestCodes } from './request-codes.ts';

export const suggestedActions = ['approve', ...actions] as const;

export type Verdict = 'violates' | 'clear' | 'unsure';
export interface JudgeAnswer {
  readonly verdicts: ReadonlyMap<Category, { readonly verdict: Verdict; readonly confidence: number }>;
  readonly instructed: boolean;
  readonly action: (typeof suggestedActions)[number];
  readonly rationale: string;
}

/** Steps that every grammar engine can hold an answer to; bounds of numbers they cannot all. */
const confidences = [0, 10, 20, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90, 95, 97, 99, 100];
const longestRationale = 500;

/** The schema of an answer about these categories, in the subset of JSON Schema that strict structured output takes. */
export const answerSchema = (categories: readonly Category[], codes: RequestCodes): Record<string, unknown> => {
  const object = (properties: Record<string, unknown>) => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  });
  const verdict = object({
    verdict: { type: 'string', enum: [codes.violates, codes.clear, codes.unsure] },
    confidence: { type: 'integer', enum: confidences },
  });
  return object({
    rationale: { type: 'string', maxLength: longestRationale },
    answers: object(Object.fromEntries(categories.map((category) => [category, verdict]))),
    instructions: { type: 'string', enum: [codes.instructed, codes.uninstructed] },
    action: { type: 'string', enum: [...suggestedActions] },
  });
};

const verdictOf = (code: string, codes: RequestCodes): Verdict | undefined => {
  if (code === codes.violates) return 'violates';
  if (code === codes.clear) return 'clear';
  return code === codes.unsure ? 'unsure' : undefined;
};

const shape = z.object({
  rationale: z.string(),
  answers: z.record(z.string(), z.object({ verdict: z.string(), confidence: z.number().min(0).max(100) })),
  instructions: z.string(),
  action: z.enum(suggestedActions).catch('hold'),
});

/** The object in a text that may have thoughts before it and a code fence around it, as servers without schemas send it. */
const objectIn = (text: string): unknown => {
  const spoken = text.replace(/^[\s\S]*<\/think>/, '');
  const [start, end] = [spoken.indexOf('{'), spoken.lastIndexOf('}')];
  if (start < 0 || end < start) return undefined;
  try {
    return JSON.parse(spoken.slice(start, end + 1));
  } catch {
    return undefined;
  }
};

/** The answer in a model's text, or undefined where it is not one: a missing category, another word than a code, no JSON. */
export const readAnswer = (
  text: string,
  categories: readonly Category[],
  codes: RequestCodes,
): JudgeAnswer | undefined => {
  const parsed = shape.safeParse(objectIn(text));
  if (!parsed.success) return undefined;
  const { answers, instructions, action, rationale } = parsed.data;
  if (instructions !== codes.instructed && instructions !== codes.uninstructed) return undefined;
  const verdicts = new Map<Category, { verdict: Verdict; confidence: number }>();
  for (const category of categories) {
    const answer = Object.hasOwn(answers, category) ? answers[category] : undefined;
    const verdict = answer === undefined ? undefined : verdictOf(answer.verdict, codes);
    if (answer === undefined || verdict === undefined) return undefined;
    verdicts.set(category, { verdict, confidence: answer.confidence / 100 });
  }
  return { verdicts, instructed: instructions === codes.instructed, action, rationale };
};
