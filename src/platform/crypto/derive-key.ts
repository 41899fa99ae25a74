import { hkdfSync } from 'node:crypto';

/**
 * A 32-byte key for one purpose, derived from the installation's secret key by HKDF-SHA-256 (RFC 5869) with an empty salt and
 * the purpose as `info`. Knowing one derived key tells nothing of another.
 *
 * @param secretKey At least 16 bytes of high entropy (a text counts as its UTF-8 bytes).
 * @param purpose For example `tidegate csrf v1`; a new version makes new keys.
 * @throws RangeError for a secret key that is too short to be one
 */
export const deriveKey = (secretKey: string | Uint8Array, purpose: string): Buffer => {
  const length = typeof secretKey === 'string' ? Buffer.byteLength(secretKey) : secretKey.byteLength;
  if (length < 16) throw new RangeError(`the secret key has ${length} bytes; it takes at least 16`);
  return Buffer.from(hkdfSync('sha256', secretKey, '', purpose, 32));
};
