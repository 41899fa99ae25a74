// A receiver for Tidegate's webhooks in plain Node (18 or newer), without packages.
//
//   WEBHOOK_SECRET=whsec_... PORT=8790 node docs/examples/webhook-receiver.mjs
//
// It checks the signature, does each event once, applies an item's events in order, and prints what a platform would do.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

/** Several while the platform is between two secrets: separate them by a space. */
const secrets = (process.env.WEBHOOK_SECRET ?? '').split(' ').filter((secret) => secret.startsWith('whsec_'));
const port = Number(process.env.PORT ?? 8790);
/** Seconds by which a delivery's time may differ from ours: a recorded one cannot be sent again later. */
const tolerance = 5 * 60;
const maximumBytes = 256 * 1024;
const print = (line) => process.stdout.write(`${line}\n`);

if (secrets.length === 0) {
  console.error('Set WEBHOOK_SECRET to the secret that was shown when the webhook was made (whsec_...).');
  process.exit(2);
}

/** Whether one of the signatures in the header is ours, over exactly the bytes that arrived. */
const isSigned = (headers, body) => {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || !/^\d+$/.test(timestamp ?? '') || typeof signatures !== 'string') return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > tolerance) return false;
  const expected = secrets.map((secret) =>
    createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
      .update(`${id}.${timestamp}.`)
      .update(body)
      .digest(),
  );
  return signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'))
    .some((given) => expected.some((own) => own.length === given.length && timingSafeEqual(own, given)));
};

// In your platform, both belong in the database, in the transaction that does what the event asks for: a map forgets with the process.
const done = new Set();
const lastSequence = new Map();

/** Does what an event asks for, once; gives the line to print. */
const apply = ({ id, type, sequence, data }) => {
  if (type === 'webhook-test') return 'test event: the webhook works';
  // Types may be added; one that is not known asks for nothing.
  if (type !== 'decision-recorded') return `ignored: ${type}`;
  if (done.has(id)) return `repeated: ${id}`;
  // After a replay an older event can come behind a newer one: what the newer one said stands.
  if (sequence <= (lastSequence.get(data.itemId) ?? 0)) {
    done.add(id);
    return `outdated: ${data.itemId} #${sequence}`;
  }
  done.add(id);
  lastSequence.set(data.itemId, sequence);
  return (
    `apply: ${data.itemId} #${sequence} ${data.display} (${data.messageKey})` +
    ` do [${data.actions.join(' ')}] undo [${data.reversedActions.join(' ')}]`
  );
};

const readBody = async (request) => {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maximumBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const answer = async (request) => {
  if (request.method !== 'POST') return 405;
  const body = await readBody(request);
  if (body === undefined) return 413;
  // Before anything in it is believed, even that it is JSON.
  if (!isSigned(request.headers, body)) return 401;
  print(apply(JSON.parse(body.toString('utf8'))));
  return 204;
};

const server = createServer(async (request, response) => {
  try {
    response.writeHead(await answer(request));
  } catch (error) {
    // Anything but 2xx: Tidegate sends it again.
    console.error(`failed: ${error.name}`);
    response.writeHead(500);
  }
  response.end();
});
server.listen(port, '127.0.0.1', () => print(`listening on http://127.0.0.1:${server.address().port}`));
