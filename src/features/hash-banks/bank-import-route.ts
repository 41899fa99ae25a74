import type { Readable } from 'node:stream';
import { z } from 'zod';
import { bankImportFormatSchema, bankImportReportSchema } from '#contracts/hash-bank.ts';
import { slug } from '#contracts/primitives.ts';
import { actorOf } from '#features/audit/index.ts';
import { malformedRequest, tooLarge } from '#platform/http/problem-error.ts';
import { principalOf, type RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { BankEntryService } from './bank-entry-service.ts';

/** The largest list of one request, bytes. */
const largestList = 200 * 1024 * 1024;

const importQuery = z.strictObject({
  format: bankImportFormatSchema,
  /** One faulty line keeps everything out. */
  atomic: z.enum(['true', 'false']).default('false'),
});

const limited = async function* (body: Readable): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > largestList) {
      throw tooLarge({
        detail: `The list is larger than ${largestList} bytes.`,
        remedy: 'Send it in several requests, or import it with `tidegate bank import`; nothing was changed.',
      });
    }
    yield chunk;
  }
};

/** `POST /v1/hash-banks/{id}/import`: the body is the list itself and is read as it comes. */
export const registerBankImportRoute = (server: Server, access: RouteAccess, entries: BankEntryService): void => {
  // A scope of its own, in which bodies are not parsed.
  server.register(async (scope) => {
    const raw = scope as unknown as Server;
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('application/json', (_request, _payload, done) => {
      const detail = 'A list is sent as it is, not as a JSON body.';
      done(
        malformedRequest({
          detail,
          remedy: 'Send it with the content type `text/plain`, also where the list is JSON.',
        }),
      );
    });
    raw.addContentTypeParser('*', (_request, payload, done) => {
      done(null, payload);
    });
    raw.post(
      '/v1/hash-banks/:id/import',
      {
        config: { access },
        bodyLimit: largestList,
        schema: {
          tags: ['Hash banks'],
          summary: 'Import a list; the body is the list, up to 200 MB',
          params: z.object({ id: slug }),
          querystring: importQuery,
          response: { 200: bankImportReportSchema },
        },
      },
      (request) => {
        const { format, atomic } = request.query;
        if (request.body === undefined || request.body === null) {
          throw malformedRequest({ detail: 'The body is empty.', remedy: 'Send the list as the body of the request.' });
        }
        const list = limited(request.body as Readable);
        return entries.import(
          { bankId: request.params.id, format, atomic: atomic === 'true', list },
          actorOf(principalOf(request)),
        );
      },
    );
  });
};
