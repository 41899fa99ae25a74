import type { FastifyRequest } from 'fastify';
import type { ErrorShape } from '#platform/http/error-shape.ts';
import type { ProblemError } from '#platform/http/problem-error.ts';
import { apiKeyInvalid, apiKeyMissing, badRequest, PerspectiveError } from './perspective-error.ts';

/** Whether a key came with the request, right or wrong. The authenticator leaves a mark where it took one out of the query. */
const carriesKey = ({ headers, query }: FastifyRequest): boolean =>
  headers.authorization !== undefined || Object.hasOwn((query ?? {}) as object, 'key');

/** A path of the request in the original's spelling: `requestedAttributes.X.scoreType` is `requested_attributes.X.score_type`. */
const fieldName = (path: string): string =>
  path.replace(/(^|\.)([a-z][A-Za-z]*)/g, (_whole, dot: string, name: string) => {
    return dot + name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  });

const unreadable = ({ message, errors = [] }: ProblemError): PerspectiveError => {
  const violations = errors.map(({ path, message: description }) => ({ field: fieldName(path), description }));
  const first = violations[0];
  return badRequest(
    first === undefined || first.field === '' || first.field.startsWith('body')
      ? `Invalid JSON payload received. ${message}`
      : `Invalid value at '${first.field}': ${first.description}`,
    violations,
  );
};

const inPerspectiveWords = (problem: ProblemError, request: FastifyRequest): PerspectiveError => {
  if (problem instanceof PerspectiveError) return problem;
  const { status, message, retryAfterSeconds } = problem;
  if (status === 401) return carriesKey(request) ? apiKeyInvalid() : apiKeyMissing();
  if (status === 403) return new PerspectiveError('PERMISSION_DENIED', `${message} ${problem.remedy}`);
  if (status === 404) return new PerspectiveError('NOT_FOUND', message);
  if (status === 429) return new PerspectiveError('RESOURCE_EXHAUSTED', message);
  if (status === 503) {
    return new PerspectiveError('UNAVAILABLE', message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  }
  return status >= 500 ? new PerspectiveError('INTERNAL', message) : unreadable(problem);
};

/** Every error of a route as the Perspective API says it: google.rpc.Status in JSON. */
export const perspectiveErrorShape: ErrorShape = (problem, request) => {
  const error = inPerspectiveWords(problem, request);
  return { status: error.status, body: error.toBody() };
};
