import { deriveKey } from '#platform/crypto/derive-key.ts';
import { seal, unseal } from '#platform/crypto/seal.ts';
import type { Target } from './relay-store.ts';

const contextOf = (webhookId: string, secretId: string): string => `webhook:${webhookId}:${secretId}`;

/** Signing secrets at rest: sealed with a key derived from the installation's, each for its own webhook and row. */
export class WebhookSecrets {
  readonly #key: Buffer;

  constructor(secretKey: string | Uint8Array) {
    this.#key = deriveKey(secretKey, 'tidegate webhook secrets v1');
  }

  seal(secret: string, webhookId: string, secretId: string): Buffer {
    return seal(this.#key, secret, contextOf(webhookId, secretId));
  }

  /** The secrets to sign with, newest first. @throws SealBroken where the installation's key is another than they were sealed with */
  openAll({ id: webhookId, secrets }: Pick<Target, 'id' | 'secrets'>): string[] {
    return secrets.map(({ id, sealed }) => unseal(this.#key, Buffer.from(sealed, 'base64'), contextOf(webhookId, id)));
  }
}
