export {
  type HumanDecision,
  HumanDecisionConflict,
  type HumanDecisionRecorder,
  type ReviewContent,
  type ReviewContentReader,
} from './ports.ts';
export { registerReviewRoutes } from './review-routes.ts';
export { createReviewService, type ReviewService, type ReviewServiceDependencies } from './review-service.ts';
export { createReviewTasks, type NewReviewTask, type WithdrawalReason, withdrawTasks } from './task-intake-store.ts';
