import type { Category } from '#contracts/category.ts';
import { type ModerationCategory, type ModerationResult, moderationCategories } from '#contracts/openai-moderation.ts';
import type { Score, ScoredContent } from '#features/scoring/index.ts';

type InputType = ModerationResult['category_applied_input_types'][ModerationCategory][number];
interface Entry {
  readonly score: number;
  readonly types: readonly InputType[];
}

const nothing: Entry = { score: 0, types: [] };

/** Ours for theirs. `csam` comes from hash banks and rules alone, so it is hardly ever assessed. */
const counterparts: Readonly<Partial<Record<ModerationCategory, Category>>> = {
  harassment: 'harassment',
  hate: 'hate_speech',
  'self-harm': 'self_harm',
  sexual: 'sexual',
  'sexual/minors': 'csam',
  violence: 'violence',
};

/** Theirs that also say that somebody is threatened or harmed: as sure as the less sure of the two. */
const threatening: Readonly<Partial<Record<ModerationCategory, Category>>> = {
  'harassment/threatening': 'harassment',
  'hate/threatening': 'hate_speech',
};

/** Categories that the original judges in text alone: text that was read in a picture counts as text there. */
const textOnly: ReadonlySet<ModerationCategory> = new Set([
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
]);

const isInputType = (kind: string): kind is InputType => kind === 'text' || kind === 'image';

const entryOf = (score: Score | undefined): Entry =>
  score?.status === 'ok' ? { score: score.aligned, types: score.kinds.filter(isInputType) } : nothing;

const highest = (entries: readonly Entry[]): Entry => ({
  score: Math.max(0, ...entries.map(({ score }) => score)),
  types: [...new Set(entries.flatMap(({ types }) => types))],
});

/** Min of the two: it rises with each, and never above the category that it is a kind of. */
const both = (left: Entry, right: Entry): Entry =>
  left.types.length === 0 || right.types.length === 0
    ? nothing
    : { score: Math.min(left.score, right.score), types: left.types.filter((type) => right.types.includes(type)) };

const entryFor = (category: ModerationCategory, { categories, attributes }: ScoredContent): Entry => {
  const counterpart = counterparts[category];
  if (counterpart !== undefined) return entryOf(categories.get(counterpart));
  const parent = threatening[category];
  if (parent === undefined) return nothing;
  const harm = highest([entryOf(attributes.get('threat')), entryOf(categories.get('violence'))]);
  return both(entryOf(categories.get(parent)), harm);
};

const appliedTypes = (category: ModerationCategory, { types }: Entry): InputType[] =>
  textOnly.has(category) && types.length > 0 ? ['text'] : [...types].sort().reverse();

const mapped = <Value>(value: (category: ModerationCategory) => Value): Record<ModerationCategory, Value> =>
  Object.fromEntries(moderationCategories.map((category) => [category, value(category)])) as Record<
    ModerationCategory,
    Value
  >;

/** One result in OpenAI's shape. Scores lie so that 0.5 is the recommended operating point; from there on a category is flagged. */
export const moderationResultOf = (scored: ScoredContent): ModerationResult => {
  const entries = mapped((category) => entryFor(category, scored));
  const categories = mapped((category) => entries[category].score >= 0.5);
  return {
    flagged: Object.values(categories).some(Boolean),
    categories,
    category_scores: mapped((category) => entries[category].score),
    category_applied_input_types: mapped((category) => appliedTypes(category, entries[category])),
  };
};

const mappedCategories: readonly Category[] = [...new Set(Object.values(counterparts))];

/** What is asked for but could not be looked at, by our names; such content has no result. */
export const unavailableIn = ({ categories, attributes }: ScoredContent): readonly string[] => [
  ...mappedCategories.filter((category) => categories.get(category)?.status === 'unavailable'),
  ...(attributes.get('threat')?.status === 'unavailable' ? ['threat'] : []),
];

/** Whether the text is in a language that the models do not know, so that a zero says nothing. */
export const isOtherLanguage = ({ categories }: ScoredContent): boolean =>
  mappedCategories.some((category) => categories.get(category)?.status === 'not_applicable');
