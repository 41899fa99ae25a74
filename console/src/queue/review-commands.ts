import { z } from 'zod';
import { type ReviewDecision, reviewNoteSchema, reviewTaskDetailSchema, reviewTaskSchema } from '#contracts/review.ts';
import { command, queryString, request } from '../kit/api/client.ts';
import type { QueueFilter } from './review-queries.ts';

export type SkipReason = 'unsure' | 'language' | 'distressing' | 'conflict_of_interest' | 'technical' | 'other';
export const skipReasons: readonly SkipReason[] = [
  'unsure',
  'language',
  'distressing',
  'conflict_of_interest',
  'technical',
  'other',
];

const decidedSchema = z.object({ task: reviewTaskSchema, decisionId: z.string() });
const path = (taskId: string, act: string): string => `/v1/review/tasks/${taskId}/${act}`;

/** Claims the riskiest free task; null when nothing waits. */
export const takeNext = ({ bucket, category, surface }: QueueFilter) =>
  request('POST', `/v1/review/next${queryString({ bucket, category, surface })}`, reviewTaskDetailSchema.nullable());

export const claimTask = (taskId: string) => request('POST', path(taskId, 'claim'), reviewTaskSchema);
export const extendClaim = (taskId: string) => request('POST', path(taskId, 'extend'), reviewTaskSchema);
export const releaseTask = (taskId: string) => request('POST', path(taskId, 'release'), reviewTaskSchema);
export const decideTask = (taskId: string, decision: ReviewDecision) =>
  request('POST', path(taskId, 'decide'), decidedSchema, { body: decision });
export const skipTask = (taskId: string, reason: SkipReason) =>
  request('POST', path(taskId, 'skip'), reviewTaskSchema, { body: { reason } });
export const addNote = (taskId: string, text: string) =>
  request('POST', path(taskId, 'notes'), reviewNoteSchema, { body: { text } });
/** Tells the log that the content was uncovered. */
export const logReveal = (taskId: string) => command('POST', path(taskId, 'reveal'));
