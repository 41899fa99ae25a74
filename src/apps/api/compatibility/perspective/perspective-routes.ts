import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type AnalyzeComment,
  analyzeCommentAnswerSchema,
  analyzeCommentSchema,
  googleErrorSchema,
  suggestScoreAnswerSchema,
  suggestScoreSchema,
} from '#contracts/perspective.ts';
import type { ContentScorer } from '#features/scoring/index.ts';
import { Gate } from '#platform/gate.ts';
import type { RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import { analyzeComment } from './analyze-comment.ts';
import { discoveryDocument } from './discovery-document.ts';
import { withCamelNames } from './json-names.ts';
import { badRequest, PerspectiveError } from './perspective-error.ts';
import { perspectiveErrorShape } from './perspective-error-shape.ts';
import { suggestScore } from './suggest-score.ts';

export interface PerspectiveRouteOptions {
  readonly scorer: ContentScorer;
}

const access: RouteAccess = { scope: 'score', keyInQuery: true };
const config = { access, errorShape: perspectiveErrorShape };
/** Both spellings of a name count, before the schema sees them. */
const preValidation = async (request: FastifyRequest): Promise<void> => {
  request.body = withCamelNames(request.body);
};
const tags = ['Compatibility'];
const errors = { 400: googleErrorSchema, 403: googleErrorSchema, 429: googleErrorSchema, 503: googleErrorSchema };

/** Ends when the client is gone: nobody waits for the scores any more. */
const goneSignal = (reply: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort(new PerspectiveError('CANCELLED', 'The client is gone.')));
  return gone.signal;
};

/** Long comments, and those looked at sentence by sentence, that are scored at a time; and how many of them may wait. */
const longAtOnce = 2;
const longWaiting = 200;

const tooManyLong = (): PerspectiveError =>
  new PerspectiveError('UNAVAILABLE', 'Too many long comments are waiting. Please try again.', {
    retryAfterSeconds: 2,
  });

/** What keeps the models busy for long: several at once would have each other run into the models' time limit. */
const isLong = ({ comment, spanAnnotations }: AnalyzeComment): boolean =>
  (comment?.text?.length ?? 0) > (spanAnnotations === true ? 200 : 2_000);

/** Routes that answer as the Perspective API (`v1alpha1`) does. Nothing that they are sent is kept. */
export const registerPerspectiveRoutes = (server: Server, { scorer }: PerspectiveRouteOptions): void => {
  const gate = new Gate(longAtOnce, { maximumWaiting: longWaiting, refusal: tooManyLong });
  // Two colons stand for one: a single one would begin a parameter.
  server.post(
    '/v1alpha1/comments::analyze',
    {
      config,
      preValidation,
      schema: {
        tags,
        summary: 'Scores of a comment, as AnalyzeComment gives them; the key may be `?key=KEY`',
        body: analyzeCommentSchema,
        response: { 200: analyzeCommentAnswerSchema, ...errors },
      },
    },
    ({ body }, reply) => {
      const gone = goneSignal(reply);
      const analyze = () => analyzeComment(scorer, body, gone);
      return isLong(body) ? gate.run(analyze, gone) : analyze();
    },
  );
  server.post(
    '/v1alpha1/comments::suggestscore',
    {
      config,
      preValidation,
      schema: {
        tags,
        summary: 'Takes a suggested score as SuggestCommentScore does, and keeps nothing of it',
        body: suggestScoreSchema,
        response: { 200: suggestScoreAnswerSchema, ...errors },
      },
    },
    (request, reply) => suggestScore(scorer, request.body, goneSignal(reply)),
  );
  server.get(
    '/$discovery/rest',
    { config: { access: { public: true }, errorShape: perspectiveErrorShape }, schema: { hide: true } },
    async (request, reply) => {
      const root = URL.parse(`${request.protocol}://${request.host}/`);
      if (root === null)
        throw badRequest('The header host is not a host.', [{ field: 'host', description: 'no host' }]);
      // The answer depends on who asks: no cache may give it to another.
      reply.header('cache-control', 'no-store');
      return discoveryDocument(root.href);
    },
  );
};
