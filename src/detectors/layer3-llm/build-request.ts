import type { Category } from '#contracts/category.ts';
import type { CategoryPolicy, Policy } from '#contracts/policy.ts';
import type { ModelContent, ModelRequest } from '#engine/ports/language-model.ts';
import { fenced, harmless } from './data-fence.ts';
import type { MaterialText } from './item-material.ts';
import { answerSchema, suggestedActions } from './judge-answer.ts';
import type { JudgePrompt } from './prompt-file.ts';
import { drawCodes, type RequestCodes } from './request-codes.ts';
import type { DataBlock } from './surroundings.ts';

/** What the layers below think of a category; null where they could not look. */
export interface Suspicion {
  readonly category: Category;
  readonly probability: number | null;
}

/** One question to a model. The item's own question and its controls are built the same way, so that they look the same. */
export interface Question {
  readonly categories: readonly Suspicion[];
  readonly texts: readonly MaterialText[];
  readonly pictures: readonly ModelContent[];
  readonly surroundings: readonly DataBlock[];
}

const mostExamples = 8;

const policyLines = (category: Category, policy: CategoryPolicy): string => {
  const examples = policy.examples
    .slice(0, mostExamples)
    .map(
      ({ text, verdict, because }) =>
        `  - ${JSON.stringify(harmless(text))}: ${verdict}${because === undefined ? '' : ` (${because})`}`,
    );
  return [
    `Category \`${category}\`, clause ${policy.clause}: ${policy.title}`,
    `  ${policy.text.trim()}`,
    ...(examples.length === 0 ? [] : ['  Examples:', ...examples]),
  ].join('\n');
};

const suspicionLine = ({ category, probability }: Suspicion): string =>
  probability === null
    ? `- \`${category}\`: could not be checked`
    : `- \`${category}\`: probability ${probability.toFixed(2)}`;

/** In words, for servers that hold nothing to a schema. */
const example = (categories: readonly Suspicion[], codes: RequestCodes): string =>
  `Form of the answer: ${JSON.stringify({
    rationale: '...',
    answers: Object.fromEntries(categories.map(({ category }) => [category, { verdict: 'a code', confidence: 0 }])),
    instructions: `${codes.instructed} or ${codes.uninstructed}`,
    action: 'hold',
  })}`;

/** The request for a question, with the codes that its answer has to use. */
export const buildRequest = (
  { categories, texts, pictures, surroundings }: Question,
  {
    prompt,
    policy,
    keepsSchema,
    maximumOutputTokens,
  }: {
    readonly prompt: JudgePrompt;
    readonly policy: Policy;
    readonly keepsSchema: boolean;
    readonly maximumOutputTokens: number;
  },
): { readonly request: ModelRequest; readonly codes: RequestCodes } => {
  const blocks = [
    ...surroundings,
    ...texts.map(({ label, text }) => ({ heading: `The item: ${label}`, text })),
    ...(pictures.length === 0
      ? []
      : [{ heading: 'The item: pictures', text: `${pictures.length} picture(s), attached in order` }]),
  ];
  const codes = drawCodes(blocks.map(({ text }) => text).join('\n'));
  const names = categories.map(({ category }) => category);
  const system = prompt.fill({
    ...codes,
    policy: names.map((category) => policyLines(category, policy.categories[category]!)).join('\n\n'),
    actions: suggestedActions.join(', '),
  });
  const user = [
    ...blocks.map(({ heading, text }) => `${heading}:\n${fenced(text, codes.mark)}`),
    `What automatic checks suspect:\n${categories.map(suspicionLine).join('\n')}`,
    `The data ends here. Judge the item for: ${names.map((name) => `\`${name}\``).join(', ')}. Use the codes of this request.`,
    ...(keepsSchema ? [] : [example(categories, codes)]),
  ].join('\n\n');
  return {
    codes,
    request: {
      messages: [
        { role: 'system', content: [{ kind: 'text', text: system }] },
        { role: 'user', content: [{ kind: 'text', text: user }, ...pictures] },
      ],
      schema: { name: 'judgement', schema: answerSchema(names, codes) },
      maximumOutputTokens,
    },
  };
};
