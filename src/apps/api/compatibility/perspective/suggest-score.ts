import type { SuggestScore, SuggestScoreAnswer } from '#contracts/perspective.ts';
import type { ContentScorer } from '#features/scoring/index.ts';
import { detectedLanguages, readAttribute, requireLanguages } from './attributes.ts';
import { commentText } from './comment-text.ts';
import { badRequest, contextTwice, type PerspectiveError } from './perspective-error.ts';

type Suggested = NonNullable<SuggestScore['attributeScores']>[string];
type SuggestedScore = Suggested['summaryScore'];

const faulty = (field: string, description: string): PerspectiveError =>
  badRequest(`Invalid value at '${field}': ${description}`, [{ field, description }]);

const requireScore = (score: SuggestedScore, field: string): void => {
  const value = score?.value;
  if (value == null || !(value >= 0 && value <= 1)) throw faulty(`${field}.value`, 'must be a number from 0 to 1');
  if (score?.type != null && score.type !== 'PROBABILITY' && score.type !== 'SCORE_TYPE_UNSPECIFIED')
    throw faulty(`${field}.type`, 'must be PROBABILITY');
};

const requireSuggestion = (name: string, { summaryScore, spanScores }: Suggested, length: number): void => {
  const field = `attribute_scores.${readAttribute(name)}`;
  if (summaryScore == null && (spanScores ?? []).length === 0)
    throw faulty(field, 'must have a summary_score or span_scores');
  if (summaryScore != null) requireScore(summaryScore, `${field}.summary_score`);
  for (const [index, { begin, end, score }] of (spanScores ?? []).entries()) {
    const place = `${field}.span_scores[${index}]`;
    if (begin == null || end == null || begin < 0 || end <= begin || end > length)
      throw faulty(place, 'must have begin and end within the comment, begin before end');
    requireScore(score, `${place}.score`);
  }
};

/**
 * Answers `comments:suggestscore`: checks it as the original does and keeps nothing of it.
 * @throws PerspectiveError for what the original refuses
 */
export const suggestScore = async (
  scorer: ContentScorer,
  request: SuggestScore,
  abort?: AbortSignal,
): Promise<SuggestScoreAnswer> => {
  const text = commentText(request.comment);
  if (request.context?.entries != null && request.context.articleAndParentComment != null) throw contextTwice();
  const suggestions = Object.entries(request.attributeScores ?? {});
  if (suggestions.length === 0) throw faulty('attribute_scores', 'must not be empty');
  const languages = request.languages ?? [];
  for (const [name, suggestion] of suggestions) {
    requireSuggestion(name, suggestion, text.length);
    requireLanguages(readAttribute(name), languages);
  }
  const [content] = await scorer.score([{ parts: [{ id: 'comment', kind: 'text', text }] }], abort);
  return {
    ...(request.clientToken == null ? {} : { clientToken: request.clientToken }),
    detectedLanguages: content === undefined ? ['und'] : detectedLanguages(content),
    ...(languages.length === 0 ? {} : { requestedLanguages: [...languages] }),
  };
};
