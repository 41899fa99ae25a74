import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  authorityReportSchema,
  type BankImportFormat,
  bankEntriesAddedSchema,
  type bankEntriesAddSchema,
  bankEntrySchema,
  bankImportReportSchema,
  bankLookupAnswerSchema,
  type bankLookupSchema,
  bankMatchSchema,
  type HashAlgorithm,
  type HashBankUpdate,
  type hashBankCreateSchema,
  hashBankSchema,
} from '#contracts/hash-bank.ts';
import { page } from '#contracts/primitives.ts';
import { command, queryString, request } from '../kit/api/client.ts';
import { upload } from '../kit/api/upload.ts';

export interface EntryFilter {
  readonly algorithm?: HashAlgorithm | undefined;
  readonly hash?: string | undefined;
}

const banksSchema = page(hashBankSchema);
const entriesSchema = page(bankEntrySchema);
const matchesSchema = page(bankMatchSchema);
const reportsSchema = page(authorityReportSchema);
const address = (id: string): string => `/v1/hash-banks/${encodeURIComponent(id)}`;
const nextPage = (last: { nextCursor: string | null }) => last.nextCursor ?? undefined;
const first = undefined as string | undefined;

export const banksQuery = queryOptions({
  queryKey: ['hash-banks'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/hash-banks', banksSchema, { signal })).entries,
});

export const bankQuery = (id: string) =>
  queryOptions({
    queryKey: ['hash-banks', id],
    queryFn: ({ signal }) => request('GET', address(id), hashBankSchema, { signal }),
  });

export const createBank = (body: z.input<typeof hashBankCreateSchema>) =>
  request('POST', '/v1/hash-banks', hashBankSchema, { body });
export const updateBank = (id: string, body: HashBankUpdate) => request('PATCH', address(id), hashBankSchema, { body });
export const removeBank = (id: string) => command('DELETE', address(id));

export const entriesQuery = (id: string, filter: EntryFilter) =>
  infiniteQueryOptions({
    queryKey: ['hash-banks', id, 'entries', filter],
    queryFn: ({ pageParam, signal }) =>
      request(
        'GET',
        `${address(id)}/entries${queryString({ ...filter, cursor: pageParam, limit: 50 })}`,
        entriesSchema,
        {
          signal,
        },
      ),
    initialPageParam: first,
    getNextPageParam: nextPage,
  });
export const addEntries = (id: string, body: z.input<typeof bankEntriesAddSchema>) =>
  request('POST', `${address(id)}/entries`, bankEntriesAddedSchema, { body });
export const removeEntry = (id: string, entryId: string) => command('DELETE', `${address(id)}/entries/${entryId}`);

export const matchesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['hash-banks', id, 'matches'],
    queryFn: ({ pageParam, signal }) =>
      request('GET', `${address(id)}/matches${queryString({ cursor: pageParam, limit: 50 })}`, matchesSchema, {
        signal,
      }),
    initialPageParam: first,
    getNextPageParam: nextPage,
  });

export const importEntries = (
  id: string,
  file: Blob,
  options: { format: BankImportFormat; atomic: boolean; onProgress: (share: number) => void },
) =>
  upload(
    `${address(id)}/import${queryString({ format: options.format, atomic: options.atomic ? 'true' : 'false' })}`,
    bankImportReportSchema,
    file,
    { contentType: 'text/plain', onProgress: options.onProgress },
  );

export const lookUp = (body: z.input<typeof bankLookupSchema>) =>
  request('POST', '/v1/hash-banks/match', bankLookupAnswerSchema, { body });

export const authorityReportsQuery = infiniteQueryOptions({
  queryKey: ['authority-reports'],
  queryFn: ({ pageParam, signal }) =>
    request('GET', `/v1/authority-reports${queryString({ cursor: pageParam, limit: 50 })}`, reportsSchema, { signal }),
  initialPageParam: first,
  getNextPageParam: nextPage,
});
