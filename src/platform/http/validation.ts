import type { z } from 'zod';
import { faultsOfIssue, readablePath } from '#platform/value-path.ts';
import { invalidRequest, type ProblemError } from './problem-error.ts';

/** The answer to a value that its schema refuses, naming each place. `where` is the part of the request: body, querystring. */
export const invalidWithIssues = (issues: readonly z.core.$ZodIssue[], where: string): ProblemError => {
  const errors = issues
    .flatMap(faultsOfIssue)
    .slice(0, 50)
    .map(({ path, message }) => ({ path: readablePath(path), message }));
  const first = errors[0];
  return invalidRequest({
    detail: `The ${where} is not valid: ${first === undefined ? 'see errors' : `${first.path === '' ? where : first.path}: ${first.message}`}.`,
    remedy: 'Correct the places named under `errors`; /docs describes every field.',
    errors,
  });
};

/** Checks a value against a schema. @throws ProblemError 422 naming each place */
export const parseWith = <T extends z.ZodType>(schema: T, value: unknown, where = 'body'): z.output<T> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidWithIssues(result.error.issues, where);
};
