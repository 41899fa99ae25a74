export { type ContentScorerOptions, createContentScorer } from './content-scorer.ts';
export { registerExplanationRoutes } from './explanation-routes.ts';
export type { ContentScorer, OperatingPoints, Score, ScoredContent, ScoringRequest } from './scoring.ts';
