import { valueAt } from '../json-pointer.ts';
import { fillTemplate } from '../request-template.ts';
import { probabilityAt, type Reading, type ScorerProtocol, UnusableAnswer } from '../scorer-protocol.ts';
import type { HttpScorerSettings, ScoreAt } from '../scorer-settings.ts';

const scoreFrom = (answer: unknown, { at, scale, invert }: ScoreAt): number => {
  const found = (typeof at === 'string' ? [at] : at).map((pointer) => {
    const value = valueAt(answer, pointer);
    if (value !== undefined && typeof value !== 'number')
      throw new UnusableAnswer(`what stands at ${pointer} is no number`);
    const score = probabilityAt(value === undefined ? value : value * scale, pointer);
    return invert ? 1 - score : score;
  });
  return Math.max(...found);
};

const scoresFrom = (answer: unknown, places: Readonly<Record<string, ScoreAt>>): Record<string, number> =>
  Object.fromEntries(Object.entries(places).map(([name, place]) => [name, scoreFrom(answer, place)]));

/** Any server that takes JSON by POST and answers in JSON, as the configuration describes it. */
export const createGenericHttp = (
  { url, request, response: { categories, attributes, notApplicableWhen } }: HttpScorerSettings,
  headers: Readonly<Record<string, string>>,
): ScorerProtocol => {
  const notApplicable = (answer: unknown): string | undefined => {
    if (notApplicableWhen === undefined) return undefined;
    const { at, equals } = notApplicableWhen;
    const value = valueAt(answer, at);
    const holds =
      equals === undefined
        ? value !== undefined && value !== false && value !== null && value !== ''
        : value === equals;
    return holds ? `the scorer does not know such content (${at})` : undefined;
  };
  return {
    judges: Object.keys(categories),
    url,
    headers,
    ask: (content) => fillTemplate(request, content),
    read(answer): Reading {
      const reason = notApplicable(answer);
      if (reason !== undefined) return { status: 'not_applicable', reason };
      return { status: 'ok', scores: scoresFrom(answer, categories), attributes: scoresFrom(answer, attributes) };
    },
    readRefusal: notApplicable,
  };
};
