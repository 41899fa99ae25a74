import type { z } from 'zod';
import type { ApiKey, apiKeyCreateSchema, apiKeyUpdateSchema } from '#contracts/access.ts';
import { type AuditActor, appendAudit } from '#features/audit/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { conflict, invalidRequest, notFound } from '#platform/http/problem-error.ts';
import { newId } from '#platform/ids.ts';
import { announce } from './access-store.ts';
import { insertKey, lockKey, saveKey } from './api-key-store.ts';
import { createApiKeyText, hashSecret, prefixOf } from './credentials.ts';

export type ApiKeyInput = z.output<typeof apiKeyCreateSchema>;
export type ApiKeyChange = z.output<typeof apiKeyUpdateSchema>;

/** The entry and the row of a new key, in the caller's transaction. `text` is the key itself; only its hash is stored. */
export const addApiKey = async (
  tx: Transaction,
  input: ApiKeyInput,
  text: string,
  now: Date,
): Promise<{ apiKey: ApiKey; audit: { action: string; subject: { kind: string; id: string }; details: object } }> => {
  const apiKey = await insertKey(tx, {
    id: newId(now.getTime()),
    name: input.name,
    prefix: prefixOf(text),
    hash: hashSecret(text),
    scopes: [...new Set(input.scopes)],
    ratePerMinute: input.ratePerMinute,
    expiresAt: input.expiresAt === null ? null : new Date(input.expiresAt),
    createdAt: now,
  });
  const details = { scopes: apiKey.scopes, ratePerMinute: apiKey.ratePerMinute, expiresAt: apiKey.expiresAt };
  return { apiKey, audit: { action: 'api-key-created', subject: { kind: 'api_key', id: apiKey.id }, details } };
};

/**
 * Makes an API key. `key` is shown once, to whoever asked for it.
 * @throws ProblemError 422 for an expiry that is over already
 */
export const createApiKey = async (
  database: Database,
  input: ApiKeyInput,
  actor: AuditActor,
  now: Date,
): Promise<ApiKey & { key: string }> => {
  if (input.expiresAt !== null && Date.parse(input.expiresAt) <= now.getTime()) {
    throw invalidRequest({
      detail: 'The key would have expired already.',
      remedy: 'Give a time in the future, or null for a key that does not expire.',
      errors: [{ path: 'expiresAt', message: 'is in the past' }],
    });
  }
  const key = createApiKeyText();
  return database.transaction(async (tx) => {
    const { apiKey, audit } = await addApiKey(tx, input, key, now);
    await appendAudit(tx, [{ actor, ...audit, details: { ...audit.details } }]);
    return { ...apiKey, key };
  });
};

const findKey = async (tx: Transaction, id: string): Promise<ApiKey> => {
  const key = await lockKey(tx, id);
  if (key !== null) return key;
  throw notFound({ detail: 'There is no API key with this id.', remedy: 'GET /v1/api-keys lists the keys there are.' });
};

/** Changes a key's name or rate. @throws ProblemError 404, 409 for a revoked key */
export const updateApiKey = (
  database: Database,
  id: string,
  change: ApiKeyChange,
  actor: AuditActor,
): Promise<ApiKey> =>
  database.transaction(async (tx) => {
    const before = await findKey(tx, id);
    if (before.revokedAt !== null) {
      throw conflict({ detail: 'This key is revoked; it stays as it is.', remedy: 'Create a new key.' });
    }
    const after: ApiKey = {
      ...before,
      name: change.name ?? before.name,
      ratePerMinute: change.ratePerMinute === undefined ? before.ratePerMinute : change.ratePerMinute,
    };
    const changed = (['name', 'ratePerMinute'] as const).filter((field) => before[field] !== after[field]);
    if (changed.length === 0) return before;
    await saveKey(tx, after);
    await announce(tx, { kind: 'key', id });
    const details = { changed, ratePerMinute: after.ratePerMinute };
    await appendAudit(tx, [{ actor, action: 'api-key-updated', subject: { kind: 'api_key', id }, details }]);
    return after;
  });

/** Takes a key away for good. Doing it again changes nothing. @throws ProblemError 404 */
export const revokeApiKey = (database: Database, id: string, actor: AuditActor, now: Date): Promise<ApiKey> =>
  database.transaction(async (tx) => {
    const before = await findKey(tx, id);
    if (before.revokedAt !== null) return before;
    const after: ApiKey = { ...before, revokedAt: now.toISOString() };
    await saveKey(tx, after);
    await announce(tx, { kind: 'key', id });
    await appendAudit(tx, [{ actor, action: 'api-key-revoked', subject: { kind: 'api_key', id }, details: {} }]);
    return after;
  });
