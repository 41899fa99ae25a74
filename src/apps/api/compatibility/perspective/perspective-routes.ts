import type { FastifyReply } from 'fastify';
import {
  analyzeCommentAnswerSchema,
  analyzeCommentSchema,
  googleErrorSchema,
  suggestScoreAnswerSchema,
  suggestScoreSchema,
} from '#contracts/perspective.ts';
import type { ContentScorer } from '#features/scoring/index.ts';
import type { RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import { analyzeComment } from './analyze-comment.ts';
import { PerspectiveError } from './perspective-error.ts';
import { perspectiveErrorShape } from './perspective-error-shape.ts';
import { suggestScore } from './suggest-score.ts';

export interface PerspectiveRouteOptions {
  readonly scorer: ContentScorer;
}

const access: RouteAccess = { scope: 'score', keyInQuery: true };
const config = { access, errorShape: perspectiveErrorShape };
const tags = ['Compatibility'];
const errors = { 400: googleErrorSchema, 403: googleErrorSchema, 429: googleErrorSchema, 503: googleErrorSchema };

/** Ends when the client is gone: nobody waits for the scores any more. */
const goneSignal = (reply: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new PerspectiveError('CANCELLED', 'The client is gone.')));
  return gone.signal;
};

/** Routes that answer as the Perspective API (`v1alpha1`) does. Nothing that they are sent is kept. */
export const registerPerspectiveRoutes = (server: Server, { scorer }: PerspectiveRouteOptions): void => {
  // Two colons stand for one: a single one would begin a parameter.
  server.post(
    '/v1alpha1/comments::analyze',
    {
      config,
      schema: {
        tags,
        summary: 'Scores of a comment, as AnalyzeComment gives them; the key may be `?key=KEY`',
        body: analyzeCommentSchema,
        response: { 200: analyzeCommentAnswerSchema, ...errors },
      },
    },
    (request, reply) => analyzeComment(scorer, request.body, goneSignal(reply)),
  );
  server.post(
    '/v1alpha1/comments::suggestscore',
    {
      config,
      schema: {
        tags,
        summary: 'Takes a suggested score as SuggestCommentScore does, and keeps nothing of it',
        body: suggestScoreSchema,
        response: { 200: suggestScoreAnswerSchema, ...errors },
      },
    },
    (request, reply) => suggestScore(scorer, request.body, goneSignal(reply)),
  );
};
