import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { policyCheckSchema, policyVersionSchema } from '#contracts/policies-api.ts';
import type { PolicyDocument } from '#contracts/policy.ts';
import { request, send } from '../kit/api/client.ts';
import { draftPayload, type PolicyDraft } from './policy-draft.ts';

export const policyCheckQuery = (document: string | PolicyDocument | null) =>
  queryOptions({
    queryKey: ['policy', 'check', document],
    queryFn: ({ signal }) => request('POST', '/v1/policy/check', policyCheckSchema, { body: { document }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });

export const publishPolicy = (draft: PolicyDraft, note: string) =>
  request('POST', '/v1/policy/versions', policyVersionSchema, {
    body: { document: draftPayload(draft), note, basedOn: draft.basedOn },
  });

export const republishPolicy = (document: PolicyDocument, note: string, basedOn: number) =>
  request('POST', '/v1/policy/versions', policyVersionSchema, { body: { document, note, basedOn } });

/** A version as the text of a YAML file. */
export const exportPolicy = async (version?: number): Promise<string> => {
  const query = version === undefined ? '' : `?version=${version}`;
  return (await send('GET', `/v1/policy/export${query}`, { accept: 'application/yaml' })).text();
};
