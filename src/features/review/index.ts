export {
  type HumanDecision,
  HumanDecisionConflict,
  type HumanDecisionRecorder,
  type ReviewContent,
  type ReviewContentReader,
} from './ports.ts';
export { createReviewTasks, type NewReviewTask, type WithdrawalReason, withdrawTasks } from './task-intake-store.ts';
