import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { CommitUnconfirmed, DatabaseUnavailable } from '#platform/database/database-errors.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { loggableError } from './loggable-error.ts';
import { malformedRequest, ProblemError, tooLarge, unavailable } from './problem-error.ts';
import { invalidWithIssues } from './validation.ts';

/** What Fastify itself refuses, before a route is asked. */
const fromFastify = (error: FastifyError): ProblemError | undefined => {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge({
        detail: 'The request body is larger than this server takes.',
        remedy: 'Send less in one request; long content can be split into parts or items.',
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError({
        status: 415,
        type: 'unsupported-media-type',
        title: 'Unsupported media type',
        detail: 'The body is not application/json.',
        remedy: 'Set content-type: application/json and send JSON.',
      });
    case 'FST_ERR_BAD_URL':
      return malformedRequest({
        detail: 'The address is not a valid URL: it has a `%` that begins no UTF-8 character.',
        remedy: 'Encode the address as UTF-8 with `%` escapes (RFC 3986).',
      });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError({
        status: 414,
        type: 'address-too-long',
        title: 'Address too long',
        detail: 'A part of the address is longer than any id.',
        remedy: 'Check the id in the address.',
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return malformedRequest({
        detail: 'The body does not have the length that content-length says.',
        remedy: 'Send the right content-length.',
      });
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? new ProblemError({
            status: error.statusCode,
            type: 'malformed-request',
            title: 'Malformed request',
            detail: 'The request could not be read.',
            remedy: 'Check the method, headers and body against /docs.',
          })
        : undefined;
  }
};

/** Anything thrown while a request was answered, as the problem to answer with. What nobody foresaw is a 500 that says nothing of its cause. */
export const toProblemError = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  if (error instanceof Error && 'validation' in error && error.cause === undefined && Array.isArray(error.validation)) {
    const issues = error.validation
      .map((entry: { params?: { issue?: z.core.$ZodIssue } }) => entry.params?.issue)
      .filter((issue) => issue !== undefined);
    const where =
      'validationContext' in error && typeof error.validationContext === 'string' ? error.validationContext : 'request';
    return invalidWithIssues(issues, where);
  }
  const known = error instanceof Error && 'code' in error ? fromFastify(error as FastifyError) : undefined;
  if (known !== undefined) return known;
  if (error instanceof CommitUnconfirmed) {
    return unavailable({
      detail: 'The connection to the database broke while this was being kept: it may be there, or may not.',
      remedy: 'Look before you repeat it. A submission with an idempotency key can simply be sent again.',
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  if (error instanceof DatabaseUnavailable) {
    return unavailable({
      detail: 'The database cannot be reached.',
      remedy: 'Try again shortly; nothing of this request was kept.',
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return new ProblemError({
    status: 500,
    type: 'internal',
    title: 'Internal error',
    detail: 'Something went wrong on our side; nothing half-done was kept.',
    remedy: 'Try again; if it stays, look for this request id in the log.',
    cause: error,
  });
};

/** Puts what is our own fault into the log. */
export const logFailure = (log: Log, request: FastifyRequest, problem: ProblemError): void => {
  if (problem.status < 500) return;
  // Over capacity or without the database nobody needs to look at each request; whatever is amiss is said once, elsewhere.
  log[problem.status === 503 ? 'warn' : 'error'](
    {
      requestId: request.id,
      route: request.routeOptions.url,
      status: problem.status,
      error: loggableError(problem.cause),
    },
    'request failed',
  );
};

/** Answers with a problem document. */
export const sendProblem = (reply: FastifyReply, problem: ProblemError, instance: string): FastifyReply => {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem.toProblem(instance)));
};
