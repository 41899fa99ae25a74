import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  apiKeyCreatedSchema,
  type apiKeyCreateSchema,
  apiKeySchema,
  type consoleAccountCreateSchema,
  consoleAccountSchema,
  type consoleAccountUpdateSchema,
} from '#contracts/access.ts';
import { page } from '#contracts/primitives.ts';
import { queryString, request } from '../kit/api/client.ts';

/** Reads every page of a list that is short by its nature. */
const readAll = async <T extends z.ZodType>(path: string, entry: T, signal: AbortSignal): Promise<z.output<T>[]> => {
  const schema = page(entry);
  const entries: z.output<T>[] = [];
  let cursor: string | null = null;
  do {
    const part: { entries: z.output<T>[]; nextCursor: string | null } = await request(
      'GET',
      `${path}${queryString({ cursor, limit: 200 })}`,
      schema,
      { signal },
    );
    entries.push(...part.entries);
    cursor = part.nextCursor;
  } while (cursor !== null);
  return entries;
};

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => readAll('/v1/api-keys', apiKeySchema, signal),
});
export const createApiKey = (body: z.input<typeof apiKeyCreateSchema>) =>
  request('POST', '/v1/api-keys', apiKeyCreatedSchema, { body });
export const revokeApiKey = (id: string) => request('DELETE', `/v1/api-keys/${id}`, apiKeySchema);

export const consoleAccountsQuery = queryOptions({
  queryKey: ['console-accounts'],
  queryFn: ({ signal }) => readAll('/v1/console-accounts', consoleAccountSchema, signal),
});
export const createConsoleAccount = (body: z.input<typeof consoleAccountCreateSchema>) =>
  request('POST', '/v1/console-accounts', consoleAccountSchema, { body });
export const updateConsoleAccount = (id: string, body: z.input<typeof consoleAccountUpdateSchema>) =>
  request('PATCH', `/v1/console-accounts/${id}`, consoleAccountSchema, { body });
