import { type Problem, problemSchema } from '#contracts/problem.ts';

/** The server said no, and why: an RFC 9457 problem. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'Unreachable';
  }
}

/** The server's answer was not what the contract says; `place` names the first field that differs. */
export class UnexpectedAnswer extends Error {
  readonly place: string;

  constructor(route: string, place: string) {
    super(`The answer of ${route} differs from the contract at ${place}.`);
    this.name = 'UnexpectedAnswer';
    this.place = place;
  }
}

/** A failed answer as a problem; its body need not be a problem document when a proxy answered. */
export const problemOf = (status: number, title: string, body: unknown): ApiProblem => {
  const parsed = problemSchema.safeParse(body);
  if (parsed.success) return new ApiProblem(parsed.data);
  return new ApiProblem({
    type: 'about:blank',
    title,
    status,
    detail: `The server answered ${status} without an explanation.`,
    remedy: 'Try again; if it persists, look at the server log.',
  });
};

/** Reads a failed response. */
export const problemFrom = async (response: Response): Promise<ApiProblem> =>
  problemOf(response.status, response.statusText, await response.json().catch(() => undefined));

export const isStatus = (error: unknown, status: number): boolean =>
  error instanceof ApiProblem && error.status === status;
