import { type PerspectiveAttribute, perspectiveAttributes } from '#contracts/perspective.ts';
import type { Score, ScoredContent } from '#features/scoring/index.ts';
import { unknownAttribute, unsupportedLanguages } from './perspective-error.ts';

/** Where the score of each attribute comes from: an attribute of the text model, or a category. */
const scoreReaders: Readonly<Record<PerspectiveAttribute, (content: ScoredContent) => Score | undefined>> = {
  TOXICITY: ({ attributes }) => attributes.get('toxicity'),
  SEVERE_TOXICITY: ({ attributes }) => attributes.get('severe_toxicity'),
  IDENTITY_ATTACK: ({ attributes }) => attributes.get('identity_attack'),
  INSULT: ({ attributes }) => attributes.get('insult'),
  PROFANITY: ({ attributes }) => attributes.get('profanity'),
  THREAT: ({ attributes }) => attributes.get('threat'),
  SEXUALLY_EXPLICIT: ({ categories }) => categories.get('sexual'),
};

const isAttribute = (name: string): name is PerspectiveAttribute =>
  (perspectiveAttributes as readonly string[]).includes(name);

/** @throws PerspectiveError for a name that is not scored here */
export const readAttribute = (name: string): PerspectiveAttribute => {
  if (!isAttribute(name)) throw unknownAttribute(name);
  return name;
};

export const scoreOfAttribute = (content: ScoredContent, attribute: PerspectiveAttribute): Score | undefined =>
  scoreReaders[attribute](content);

/** Languages that the text models are made for, ISO 639-1. */
const supportedLanguages: ReadonlySet<string> = new Set(['en']);

/** Whether all languages that a request names are known; none named is fine. */
export const areSupported = (languages: readonly string[]): boolean =>
  languages.every((language) => supportedLanguages.has(language.split('-')[0]!.toLowerCase()));

/** @throws PerspectiveError where the request names a language that the attribute does not know */
export const requireLanguages = (attribute: PerspectiveAttribute, languages: readonly string[]): void => {
  if (!areSupported(languages)) throw unsupportedLanguages(attribute, languages, true);
};

/** The language that a text was scored in: what cannot be told for certain, as of short texts, is taken for English. */
export const scoredLanguage = ({ language }: ScoredContent): string =>
  language?.reliable === true ? language.code : 'en';

/** What was found out about the language of a text; `und` where nothing could be. */
export const detectedLanguages = ({ language }: ScoredContent): string[] => [language?.code ?? 'und'];
