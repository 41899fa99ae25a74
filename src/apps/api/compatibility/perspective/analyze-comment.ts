import type {
  AnalyzeComment,
  AnalyzeCommentAnswer,
  PerspectiveAttribute,
  PerspectiveScores,
} from '#contracts/perspective.ts';
import type { ContentScorer, ScoredContent, ScoringRequest } from '#features/scoring/index.ts';
import {
  areSupported,
  detectedLanguages,
  readAttribute,
  requireLanguages,
  scoredLanguage,
  scoreOfAttribute,
} from './attributes.ts';
import { commentText } from './comment-text.ts';
import {
  contextTwice,
  missingAttributes,
  scoresUnavailable,
  unknownAttribute,
  unsupportedLanguages,
  unsupportedScoreType,
} from './perspective-error.ts';
import { sentenceSpans, type TextSpan } from './sentence-spans.ts';

interface Requested {
  readonly attribute: PerspectiveAttribute;
  readonly threshold: number;
}

const requestedOf = ({ requestedAttributes }: AnalyzeComment): readonly Requested[] => {
  const entries = Object.entries(requestedAttributes ?? {});
  if (entries.length === 0) throw missingAttributes();
  return entries.map(([name, { scoreType, scoreThreshold }]) => {
    const attribute = readAttribute(name);
    if (scoreType === 'STD_DEV_SCORE' || scoreType === 'PERCENTILE' || scoreType === 'RAW')
      throw unsupportedScoreType(scoreType, attribute);
    return { attribute, threshold: scoreThreshold ?? 0 };
  });
};

/** What was found in the whole and in each span, where spans were looked at. */
interface Looked {
  readonly whole: ScoredContent;
  readonly spans: readonly { readonly span: TextSpan; readonly content: ScoredContent }[];
}

/** Sentences of one comment that the models have at a time: each has a time limit there, and other requests are to come in between. */
const scoredAtOnce = 8;

const asRequest = (text: string, language: string | undefined): ScoringRequest => ({
  parts: [{ id: 'comment', kind: 'text', text }],
  ...(language === undefined ? {} : { language }),
});

const look = async (
  scorer: ContentScorer,
  text: string,
  { spanAnnotations, languages }: AnalyzeComment,
  abort: AbortSignal | undefined,
): Promise<Looked> => {
  const language = languages?.[0];
  const all: TextSpan = { begin: 0, end: text.length };
  const sentences = spanAnnotations === true ? sentenceSpans(text) : [all];
  // One sentence is the whole but for the blanks around it.
  const apart = sentences.length > 1 ? sentences : [];
  const texts = [text, ...apart.map(({ begin, end }) => text.slice(begin, end))];
  const found: ScoredContent[] = [];
  for (let from = 0; from < texts.length; from += scoredAtOnce) {
    const group = texts.slice(from, from + scoredAtOnce).map((piece) => asRequest(piece, language));
    found.push(...(await scorer.score(group, abort)));
  }
  const [whole, ...contents] = found;
  if (whole === undefined || contents.length !== apart.length) throw new Error('the scorer left a text unanswered');
  return {
    whole,
    spans:
      apart.length === 0
        ? sentences.map((span) => ({ span, content: whole }))
        : apart.map((span, index) => ({ span, content: contents[index]! })),
  };
};

const probability = (value: number) => ({ value, type: 'PROBABILITY' as const });

/** Undefined where the attribute is to be left out. @throws PerspectiveError where there is no score */
const scoresOf = (
  { attribute, threshold }: Requested,
  { whole, spans }: Looked,
  drop: boolean,
): PerspectiveScores | undefined => {
  const score = scoreOfAttribute(whole, attribute);
  if (score?.status === 'not_applicable') {
    if (drop) return undefined;
    throw unsupportedLanguages(attribute, detectedLanguages(whole), false);
  }
  // No model that is in use here gives it, and none will by trying again.
  if (score === undefined || score.status === 'not_assessed') throw unknownAttribute(attribute);
  if (score.status !== 'ok') throw scoresUnavailable(attribute);
  if (score.aligned < threshold) return undefined;
  const spanScores = spans.flatMap(({ span, content }) => {
    const ofSpan = scoreOfAttribute(content, attribute);
    // A sentence alone can read like another language; a model that failed has no score at all.
    if (ofSpan?.status === 'not_applicable') return [];
    if (ofSpan?.status !== 'ok') throw scoresUnavailable(attribute);
    return ofSpan.aligned < threshold ? [] : [{ ...span, score: probability(ofSpan.aligned) }];
  });
  return { ...(spanScores.length === 0 ? {} : { spanScores }), summaryScore: probability(score.aligned) };
};

/**
 * Answers `comments:analyze`. Scores are aligned: 0.5 is the recommended operating point of each attribute.
 * @throws PerspectiveError for what the original refuses, and where no score can be given
 */
export const analyzeComment = async (
  scorer: ContentScorer,
  request: AnalyzeComment,
  abort?: AbortSignal,
): Promise<AnalyzeCommentAnswer> => {
  const text = commentText(request.comment);
  if (request.context?.entries != null && request.context.articleAndParentComment != null) throw contextTwice();
  const languages = request.languages ?? [];
  const drop = request.dropUnsupportedAttributes === true;
  const requested = requestedOf(request).filter(({ attribute }) => {
    if (drop) return areSupported(languages);
    requireLanguages(attribute, languages);
    return true;
  });
  const looked = await look(scorer, text, request, abort);
  const scores = requested.flatMap((each) => {
    const found = scoresOf(each, looked, drop);
    return found === undefined ? [] : [[each.attribute, found] as const];
  });
  return {
    ...(scores.length === 0 ? {} : { attributeScores: Object.fromEntries(scores) }),
    languages: languages.length === 0 ? [scoredLanguage(looked.whole)] : [...languages],
    detectedLanguages: detectedLanguages(looked.whole),
    ...(request.clientToken == null ? {} : { clientToken: request.clientToken }),
  };
};
