export {
  type HumanDecision,
  HumanDecisionConflict,
  type HumanDecisionRecorder,
  type ReviewContentReader,
} from './ports.ts';
export { registerReviewRoutes } from './review-routes.ts';
export { createReviewService, type ReviewService } from './review-service.ts';
export { createReviewTasks, hasOpenLegalTask, type NewReviewTask, withdrawTasks } from './task-intake-store.ts';
