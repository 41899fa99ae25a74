export { type ContentScorerOptions, createContentScorer } from './content-scorer.ts';
export type { ContentScorer, OperatingPoints, Score, ScoredContent, ScoringRequest } from './scoring.ts';
