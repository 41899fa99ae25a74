import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Sealed text cannot be opened: another key, another purpose, or changed bytes. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  readonly code = 'seal_broken';
  readonly retryable = false;
  readonly remedy = 'Start with the TIDEGATE_SECRET_KEY that it was stored under, or set the secret again.';

  constructor() {
    super('a stored secret cannot be read with the secret key of this installation');
  }
}

const nonceLength = 12;
const tagLength = 16;

/**
 * Encrypts a text with AES-256-GCM (NIST SP 800-38D): nonce (12 bytes), ciphertext, tag (16 bytes), together.
 * @param key 32 bytes, from `deriveKey`
 * @param context What it belongs to, such as a row's id; the same is needed to open it, so that sealed texts cannot be swapped
 */
export const seal = (key: Uint8Array, text: string, context: string): Buffer => {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
};

/** @throws SealBroken */
export const unseal = (key: Uint8Array, sealed: Uint8Array, context: string): string => {
  if (sealed.length < nonceLength + tagLength) throw new SealBroken();
  const body = sealed.subarray(nonceLength, sealed.length - tagLength);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength))
      .setAAD(Buffer.from(context))
      .setAuthTag(sealed.subarray(sealed.length - tagLength));
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    throw new SealBroken();
  }
};
