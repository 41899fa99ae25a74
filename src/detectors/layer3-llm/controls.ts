import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Category } from '#contracts/category.ts';
import type { Policy } from '#contracts/policy.ts';
import type { Question } from './build-request.ts';
import { harmless } from './data-fence.ts';
import type { MaterialText } from './item-material.ts';

const shape = z.strictObject({
  violating: z.record(z.string(), z.array(z.string()).min(1)),
  benign: z.array(z.string()).min(1),
  instructions: z.array(z.string()).min(1),
});
const controls = shape.parse(JSON.parse(readFileSync(new URL('./controls.json', import.meta.url), 'utf8')));

const pick = <T>(of: readonly T[]): T => of[randomInt(of.length)]!;

/** Texts that violate a category for certain: the policy's own examples first of all, and ours for the built-in ones. */
const violatingTexts = (category: Category, policy: Policy): readonly string[] => [
  ...(policy.categories[category]?.examples ?? []).flatMap(({ text, verdict }) =>
    verdict === 'violates' ? [text] : [],
  ),
  ...(Object.hasOwn(controls.violating, category) ? controls.violating[category]! : []),
];

/** Whether there is a control for a category. Without one, no judge may clear it. */
export const hasControl = (category: Category, policy: Policy): boolean => violatingTexts(category, policy).length > 0;

/** Puts sentences around a text, in an order that nobody can foresee. The text itself stays whole: what it asks for, it still asks for. */
const plant = (text: string, sentences: readonly string[]): string => {
  const pieces = [text];
  for (const sentence of sentences) {
    if (randomInt(2) === 0) pieces.unshift(sentence);
    else pieces.push(sentence);
  }
  return pieces.filter((piece) => piece !== '').join(pick([' ', '\n', '\n\n']));
};

const indexOfLongest = (texts: readonly MaterialText[]): number =>
  texts.reduce((best, { text }, index) => (text.length > (texts[best]?.text.length ?? -1) ? index : best), 0);

/**
 * The same question about the same item, into which a violation of each category was planted, and a sentence that asks for approval. Whoever
 * judges must find it. A model that does what the item says, or what anybody's text says, clears this too, and so gives itself away.
 */
export const violatingControl = (question: Question, policy: Policy): Question => {
  const planted = question.categories.map(({ category }) => harmless(pick(violatingTexts(category, policy))));
  const sentences = [...planted, pick(controls.instructions)];
  const texts =
    question.texts.length === 0 ? [{ label: 'text', text: '' }] : question.texts.map((text) => ({ ...text }));
  const index = indexOfLongest(texts);
  return {
    ...question,
    texts: texts.map((text, at) => (at === index ? { ...text, text: plant(text.text, sentences) } : text)),
  };
};

/** The same question with the same surroundings about a harmless text. A model that finds a violation in it was led by the rest, or is no judge. */
export const benignControl = (question: Question): Question => ({
  ...question,
  pictures: [],
  texts: [{ label: 'text', text: pick(controls.benign) }],
});
