import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { roles } from '#contracts/access.ts';
import { mediaAnswerSchema } from '#contracts/media.ts';
import { identifier } from '#contracts/primitives.ts';
import { actorOf } from '#features/audit/index.ts';
import { consoleAccountOf, principalOf, type RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import { type MediaOwner, mediaAnswer } from './media.ts';
import { type PreviewDependencies, revealMedia } from './media-previews.ts';
import type { MediaService } from './media-service.ts';
import { fileOf, formProblem, timely, type UploadTimes, usualUploadTimes } from './upload.ts';

export interface MediaRouteDependencies {
  readonly service: MediaService;
  readonly previews: PreviewDependencies;
  readonly uploadTimes?: UploadTimes;
}

/** People upload what they try out; what a platform uploads is for its items. */
const uploads: RouteAccess = { scope: 'items:write', roles };
const reads: RouteAccess = { scope: 'items:read', roles };
const looks: RouteAccess = { roles };
const tags = ['Media'];
const params = z.object({ id: identifier });

const ownerOf = (request: FastifyRequest): MediaOwner => {
  const principal = principalOf(request);
  const actor = actorOf(principal);
  return principal.kind === 'api_key'
    ? { apiKeyId: principal.keyId, consoleAccountId: null, trial: false, actor }
    : { apiKeyId: null, consoleAccountId: principal.accountId, trial: true, actor };
};

export const registerMediaRoutes = (server: Server, dependencies: MediaRouteDependencies): void => {
  const { service, previews, uploadTimes = usualUploadTimes } = dependencies;

  // A scope of its own: no other route takes multipart bodies.
  server.register(async (scoped: Server) => {
    await scoped.register(multipart);
    scoped.post(
      '/v1/media',
      {
        config: { access: uploads },
        schema: {
          tags,
          summary: 'Upload a picture (multipart/form-data, one field `file`)',
          description:
            'Answers with a `mediaId` that items of the same key can name. A file that no item names within a day is erased; what is uploaded from the console is for trying out only.',
          consumes: ['multipart/form-data'],
          response: { 201: mediaAnswerSchema },
        },
      },
      async (request, reply) => {
        const part = await fileOf(request, service.maximumBytes);
        try {
          const answer = await service.upload(
            timely(part.file, uploadTimes),
            { fileName: part.filename, contentType: part.mimetype },
            ownerOf(request),
          );
          return await reply.status(201).send(answer);
        } catch (error) {
          // Whatever is still to come of the form, nobody reads it.
          reply.header('connection', 'close');
          throw formProblem(error);
        }
      },
    );
  });

  server.get(
    '/v1/media/:id',
    {
      config: { access: reads },
      schema: { tags, summary: 'What is known of a stored file', params, response: { 200: mediaAnswerSchema } },
    },
    async (request) => {
      const principal = principalOf(request);
      return mediaAnswer(await service.find(request.params.id, principal.kind === 'api_key' ? principal.keyId : null));
    },
  );

  server.get(
    '/v1/media/:id/preview',
    {
      config: { access: looks },
      schema: {
        tags,
        summary: 'The picture for people: encoded anew, at most 1600 pixels, without metadata; each look is logged',
        params,
      },
    },
    async (request, reply) => {
      const { accountId, role } = consoleAccountOf(request);
      const media = await service.find(request.params.id, null);
      const picture = await revealMedia(previews, media, { accountId, role });
      return reply
        .type('image/webp')
        .headers({
          // Not kept anywhere, so that every look is one that the log knows of.
          'cache-control': 'private, no-store',
          'content-security-policy': "default-src 'none'; sandbox",
          'content-disposition': 'inline',
          'x-content-type-options': 'nosniff',
        })
        .send(picture);
    },
  );
};
