import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './error-answers.ts';
import type { ProblemError } from './problem-error.ts';

/** An error as another API's clients expect it. */
export interface ShapedError {
  readonly status: number;
  /** Sent as application/json. */
  readonly body: unknown;
}

/** Says a problem in another API's words. It is told of every error of its route, those of access and of the body's reading included. */
export type ErrorShape = (problem: ProblemError, request: FastifyRequest) => ShapedError;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For routes that stand in for another API; problem+json unless given. */
    errorShape?: ErrorShape;
  }
}

/** Answers with the problem, in the shape of the request's route. */
export const sendError = (request: FastifyRequest, reply: FastifyReply, problem: ProblemError): FastifyReply => {
  const shape = request.routeOptions.config?.errorShape;
  if (shape === undefined) return sendProblem(reply, problem, request.id);
  const { status, body } = shape(problem, request);
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply.status(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
};
