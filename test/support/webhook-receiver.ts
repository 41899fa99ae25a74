import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { WebhookEvent } from '#contracts/webhook.ts';

/** A delivery as it arrived. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly event: WebhookEvent;
}

export interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface WebhookReceiver {
  readonly url: string;
  /** Everything that arrived, in the order of arrival, refused or not. */
  readonly received: Received[];
  /** What was answered with 2xx. */
  readonly accepted: WebhookEvent[];
  /** The most requests that were under way at the same time. */
  readonly mostAtOnce: () => number;
  /** What to answer from now on; 204 unless set. */
  answerWith(answer: (received: Received) => ReceiverAnswer | Promise<ReceiverAnswer>): void;
  /** Resolves when so many have been accepted. */
  accepts(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A platform's end of a webhook: a real HTTP server on this machine. */
export const startReceiver = async (): Promise<WebhookReceiver> => {
  const received: Received[] = [];
  const accepted: WebhookEvent[] = [];
  let answer: (received: Received) => ReceiverAnswer | Promise<ReceiverAnswer> = () => ({ status: 204 });
  let underWay = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    const text = (await buffer(request)).toString('utf8');
    const arrived: Received = { headers: request.headers, text, event: JSON.parse(text) as WebhookEvent };
    received.push(arrived);
    const { status, headers, body } = await answer(arrived);
    underWay -= 1;
    if (status >= 200 && status < 300) accepted.push(arrived.event);
    response.writeHead(status, headers);
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    accepted,
    mostAtOnce: () => most,
    answerWith(next) {
      answer = next;
    },
    async accepts(count) {
      while (accepted.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/**
 * Whether a delivery is signed with the secret: written from the text of the Standard Webhooks specification (signature scheme, "v1"), apart
 * from the product's own code and on another implementation of HMAC.
 */
export const isSignedWith = async ({ headers, text }: Received, secret: string): Promise<boolean> => {
  const content = new TextEncoder().encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`);
  const raw = Uint8Array.from(atob(secret.replace('whsec_', '')), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  for (const signature of String(headers['webhook-signature']).split(' ')) {
    const [version, value] = signature.split(',');
    if (version !== 'v1' || value === undefined) continue;
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    if (await crypto.subtle.verify('HMAC', key, bytes, content)) return true;
  }
  return false;
};
