import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { deriveKey } from '#platform/crypto/derive-key.ts';
import type { AuditHead } from './audit.ts';

/** A signed statement that the chain once reached `sequence` with `hash`. */
export const auditCheckpointSchema = z.strictObject({
  sequence: z.number().int().min(0),
  /** 64 hexadecimal digits. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
  /** Which key signed: the first 16 hexadecimal digits of the SHA-256 of its public half (SPKI, DER). */
  key: z.string().max(64),
  /** Ed25519 (RFC 8032), base64url. */
  signature: z.string().max(200),
});
export type AuditCheckpoint = z.infer<typeof auditCheckpointSchema>;

/** Signs and checks checkpoints. */
export interface CheckpointKey {
  readonly id: string;
  /** For whoever verifies elsewhere: SPKI in PEM. */
  readonly publicKey: string;
  sign(head: AuditHead, at: Date): AuditCheckpoint;
  verify(checkpoint: AuditCheckpoint): boolean;
}

/** Head of an Ed25519 private key in PKCS #8 (RFC 8410, section 7); the 32-byte seed follows. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

const statement = ({ sequence, hash, at }: Pick<AuditCheckpoint, 'sequence' | 'hash' | 'at'>): Buffer =>
  Buffer.from(`tidegate audit checkpoint v1\n${sequence}\n${hash}\n${at}`);

/** The checkpoint key of an installation: Ed25519, its seed derived from the secret key. */
export const createCheckpointKey = (secretKey: string | Uint8Array): CheckpointKey => {
  const seed = deriveKey(secretKey, 'tidegate audit checkpoint v1');
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const id = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
  return {
    id,
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign({ sequence, hash }, date) {
      const at = date.toISOString();
      const signature = sign(null, statement({ sequence, hash, at }), privateKey).toString('base64url');
      return { sequence, hash, at, key: id, signature };
    },
    verify: (checkpoint) =>
      checkpoint.key === id &&
      verify(null, statement(checkpoint), publicKey, Buffer.from(checkpoint.signature, 'base64url')),
  };
};
