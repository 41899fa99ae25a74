import { createHmac, randomBytes } from 'node:crypto';

/** Every secret begins so; what follows is the key in base64. */
const secretPrefix = 'whsec_';
/** Enough to tell two secrets apart, far too little to guess one. */
const shownCharacters = secretPrefix.length + 6;

/** A new signing secret: 32 random bytes as `whsec_` and base64. */
export const createSecret = (): string => `${secretPrefix}${randomBytes(32).toString('base64')}`;

/** What may be shown of a secret after its creation. */
export const prefixOfSecret = (secret: string): string => secret.slice(0, shownCharacters);

const sign = (secret: string, text: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(secretPrefix.length), 'base64'))
    .update(text)
    .digest('base64');

/**
 * The headers that sign a delivery, after the Standard Webhooks specification (symmetric scheme, `v1`): HMAC-SHA-256 over
 * `id.timestamp.body`, in base64, one signature a secret, separated by spaces.
 *
 * @param secrets as `createSecret` makes them
 * @param id the event's
 * @param timestamp of this try, seconds since the epoch
 */
export const signatureHeaders = (
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': secrets.map((secret) => `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`).join(' '),
});
