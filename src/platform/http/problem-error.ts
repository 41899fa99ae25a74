import type { Problem } from '#contracts/problem.ts';

export interface FaultPlace {
  readonly path: string;
  readonly message: string;
}

interface ProblemOptions {
  readonly status: number;
  /** Last segment of the problem type, for example `not-found`. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
  readonly errors?: readonly FaultPlace[];
  /** Seconds after which trying again can help. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error that is an answer: what was wrong, where, and what would be right. */
export class ProblemError extends Error {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly remedy: string;
  readonly errors: readonly FaultPlace[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: ProblemOptions) {
    super(options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProblemError';
    this.status = options.status;
    this.type = options.type;
    this.title = options.title;
    this.remedy = options.remedy;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  toProblem(instance?: string): Problem {
    return {
      type: `urn:tidegate:problem:${this.type}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      remedy: this.remedy,
      ...(instance === undefined ? {} : { instance }),
      ...(this.errors === undefined ? {} : { errors: [...this.errors] }),
    };
  }
}

type Details = {
  readonly detail: string;
  readonly remedy: string;
  readonly errors?: readonly FaultPlace[];
  readonly type?: string;
  readonly cause?: unknown;
};

const problem = (status: number, type: string, title: string) => (details: Details) =>
  new ProblemError({ status, type, title, ...details });

/** 400: the request could not be read at all. */
export const malformedRequest = problem(400, 'malformed-request', 'Malformed request');
/** 401: nobody is signed in, or the key is not valid any more. */
export const unauthenticated = problem(401, 'unauthenticated', 'Not signed in');
/** 403: known, but not allowed. */
export const forbidden = problem(403, 'forbidden', 'Not allowed');
/** 404: not there, or not visible to this principal. */
export const notFound = problem(404, 'not-found', 'Not found');
/** 409: the state has moved on. */
export const conflict = problem(409, 'conflict', 'Conflict');
/** 413: more than is taken in one request. */
export const tooLarge = problem(413, 'too-large', 'Too large');
/** 422: readable, but not valid. */
export const invalidRequest = problem(422, 'invalid-request', 'Invalid request');
/** 429: over a limit. */
export const tooManyRequests = (details: Details & { readonly retryAfterSeconds: number }) =>
  new ProblemError({ status: 429, title: 'Too many requests', type: 'too-many-requests', ...details });
/** 503: cannot be done at present. */
export const unavailable = (details: Details & { readonly retryAfterSeconds: number }) =>
  new ProblemError({ status: 503, title: 'Unavailable', type: 'unavailable', ...details });
