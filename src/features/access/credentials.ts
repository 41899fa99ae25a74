import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '#platform/crypto/derive-key.ts';

/** Tidegate's own keys begin like this, so that secret scanners can know them. */
export const apiKeyMark = 'tg_';

/** A new API key: `tg_` and 32 random bytes in base64url. */
export const createApiKeyText = (): string => `${apiKeyMark}${randomBytes(32).toString('base64url')}`;

/** A new token for a session or a one-time sign-in: 32 random bytes in base64url (43 characters). */
export const createToken = (): string => randomBytes(32).toString('base64url');

/** A password for an account that is made without one: 24 characters, 144 bits. */
export const createPassword = (): string => randomBytes(18).toString('base64url');

/** What a key may look like: those of our own making, and one chosen for the first start. */
export const isKeyShaped = (text: string): boolean => /^[\x21-\x7e]{8,200}$/.test(text);

export const isTokenShaped = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);

/** What is shown of a key to tell it from others: at most 8 characters, at most a quarter. */
export const prefixOf = (key: string): string => key.slice(0, Math.min(8, Math.floor(key.length / 4)));

/**
 * SHA-256 of a secret of high entropy. A slow hash would protect nothing that 256 random bits do not, and cost every request.
 */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Compares two digests in a time that does not depend on where they differ. */
export const areEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && timingSafeEqual(one, other);

/** Makes and checks the CSRF token of a session: HMAC-SHA-256 of its id, in base64url. */
export interface CsrfTokens {
  of(sessionId: string): string;
  isOf(sessionId: string, token: string): boolean;
}

export const createCsrfTokens = (secretKey: string | Uint8Array): CsrfTokens => {
  const key = deriveKey(secretKey, 'tidegate csrf v1');
  const of = (sessionId: string): string => createHmac('sha256', key).update(sessionId).digest('base64url');
  return { of, isOf: (sessionId, token) => areEqual(Buffer.from(of(sessionId)), Buffer.from(token)) };
};
