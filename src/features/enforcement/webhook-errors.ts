import { conflict, invalidRequest, notFound, type ProblemError } from '#platform/http/problem-error.ts';
import { FetchFailed, FetchRefused } from '#platform/net/fetch-errors.ts';

export const missingWebhook = (id: string): ProblemError =>
  notFound({ detail: `There is no webhook ${id}.`, remedy: 'GET /v1/webhooks lists those that there are.' });

export const missingDelivery = (id: string): ProblemError =>
  notFound({
    detail: `There is no delivery ${id}, or not any more.`,
    remedy: 'GET /v1/deliveries lists those that there are; delivered ones are kept for 30 days.',
  });

export const tooManyWebhooks = (most: number): ProblemError =>
  conflict({
    type: 'too-many-webhooks',
    detail: `There are ${most} webhooks, which is the most: each is told of every decision.`,
    remedy: 'Remove one that is not needed, or let one receiver pass the events on.',
  });

/** The answer to a URL that nothing may be sent to, or whose host cannot be found. Other errors are thrown on. */
export const refusedUrl = (error: unknown): ProblemError => {
  if (!(error instanceof FetchRefused || error instanceof FetchFailed)) throw error;
  return invalidRequest({
    type: 'refused-url',
    detail: `Nothing can be sent to this URL. ${error.where}: ${error.problem}.`,
    remedy: error.remedy,
    errors: [{ path: 'url', message: error.code }],
    cause: error,
  });
};

export const tooMuchToReplay = (most: number): ProblemError =>
  invalidRequest({
    type: 'too-much-to-replay',
    detail: `There are more than ${most} events since then.`,
    remedy: 'Choose a later time.',
    errors: [{ path: 'since', message: 'is too long ago for one replay' }],
  });

export const beforeWhatIsKept = (days: number): ProblemError =>
  invalidRequest({
    type: 'events-forgotten',
    detail: `Events are kept for ${days} days.`,
    remedy: 'Choose a later time; GET /v1/items says how older items stand.',
    errors: [{ path: 'since', message: `is more than ${days} days ago` }],
  });

export const ambiguousReplay = (): ProblemError =>
  invalidRequest({
    detail: 'A replay is of named deliveries or of everything since a time, not both.',
    remedy: 'Send `deliveryIds`, `since`, or neither for every dead letter.',
    errors: [{ path: 'since', message: 'cannot be combined with deliveryIds' }],
  });

export const deliveredAlready = (): ProblemError =>
  conflict({
    type: 'delivered-already',
    detail: 'This delivery has arrived.',
    remedy: 'To send it once more, replay it: POST /v1/webhooks/{id}/replay with its id in `deliveryIds`.',
  });
