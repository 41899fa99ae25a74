import { conflict, notFound, type ProblemError, unauthenticated } from '#platform/http/problem-error.ts';

export const unknownItem = (id: string): ProblemError =>
  notFound({ detail: `There is no item ${id}.`, remedy: 'Check the id; a key sees only the items that it sent.' });

export const itemMovedOn = (id: string): ProblemError =>
  conflict({
    detail: `Item ${id} was changed by another request at the same time.`,
    remedy: 'Read the item again and repeat the change if it is still wanted.',
  });

export const underLegalReview = (id: string): ProblemError =>
  conflict({
    type: 'under-review',
    detail: `Item ${id} cannot be edited while a person decides about it.`,
    remedy: 'Keep it hidden, and send the edit again once it is decided.',
  });

export const keyEnded = (): ProblemError =>
  unauthenticated({
    detail: 'The API key was revoked or expired while the item was decided; nothing was kept.',
    remedy: 'Send the item again with a key that is valid.',
  });
