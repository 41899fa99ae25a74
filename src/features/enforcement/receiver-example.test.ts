import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '#features/audit/index.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { createDecisions, createTestEnforcement, type Decisions } from '#test/support/webhook-world.ts';
import type { Enforcement } from './index.ts';
import { createSecret, signatureHeaders } from './signature.ts';

const example = join(import.meta.dirname, '../../../docs/examples/webhook-receiver.mjs');

describe('G8: the receiver in the documentation', () => {
  let test: TestDatabase;
  let enforcement: Enforcement;
  let decisions: Decisions;
  let child: ChildProcess;
  let webhookId: string;
  let address: string;
  const lines: string[] = [];
  const older = createSecret();

  const printed = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const line = lines.find((text) => pattern.test(text));
      if (line !== undefined) return line;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const listen = async (secret: string, port: string): Promise<string> => {
    child = spawn(process.execPath, [example], { env: { WEBHOOK_SECRET: secret, PORT: port }, stdio: 'pipe' });
    createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
    return (await printed(/^listening on /)).replace('listening on ', '');
  };
  const stop = async (): Promise<void> => {
    child.kill();
    await once(child, 'exit');
  };

  beforeAll(async () => {
    test = await createTestDatabase();
    decisions = createDecisions(test.database);
    enforcement = createTestEnforcement(test.database);
    address = await listen(older, '0');
    const webhook = await enforcement.webhooks.create({ name: 'Example', url: address, enabled: true }, systemActor);
    webhookId = webhook.id;
    await stop();
    lines.length = 0;
    await listen(`${older} ${webhook.secret}`, new URL(address).port);
    enforcement.relay.start();
  });
  afterAll(async () => {
    await enforcement.relay.stop();
    await stop();
    await test.drop();
  });

  it('takes a test event', async () => {
    expect(await enforcement.webhooks.test(webhookId, systemActor)).toMatchObject({ status: 204, error: null });
    expect(await printed(/^test event/)).toContain('works');
  });

  it('applies decisions in order, and says what to undo', async () => {
    const first = await decisions.decide('ada', { outcome: 'remove', display: 'removed', actions: ['remove', 'mute'] });
    await decisions.decideEdited(first, 'ada', ['blur']);
    expect(await printed(/#2/)).toBe(
      `apply: ${first.itemId} #2 published (moderation.published) do [blur] undo [remove mute]`,
    );
    expect(lines.filter((line) => line.includes(first.itemId))).toHaveLength(2);

    await enforcement.deliveries.replay(webhookId, { since: first.decidedAt }, systemActor);
    await printed(/^repeated/);
    while (lines.filter((line) => line.startsWith('repeated')).length < 2) await new Promise((r) => setTimeout(r, 10));
    expect(lines.filter((line) => line.startsWith('apply'))).toHaveLength(2);
  });

  it('refuses what is not signed, signed by another, changed, or old', async () => {
    const body = '{"id":"1","type":"webhook-test","data":{}}';
    const now = Math.floor(Date.now() / 1_000);
    const post = async (headers: Record<string, string>, text = body): Promise<number> =>
      (await fetch(address, { method: 'POST', headers, body: text })).status;
    expect(await post(signatureHeaders([older], '1', now, body))).toBe(204);
    expect(await post({})).toBe(401);
    expect(await post(signatureHeaders([createSecret()], '1', now, body))).toBe(401);
    expect(await post(signatureHeaders([older], '1', now, body), `${body} `)).toBe(401);
    expect(await post(signatureHeaders([older], '1', now - 3_600, body))).toBe(401);
    expect(await post({ ...signatureHeaders([older], '1', now, body), 'webhook-id': '2' })).toBe(401);
    expect(await post({ ...signatureHeaders([older], '1', now, body), 'webhook-signature': 'v1,' })).toBe(401);
    const large = `{"id":"1","type":"webhook-test","data":"${'x'.repeat(300_000)}"}`;
    expect(await post(signatureHeaders([older], '1', now, large), large)).toBe(413);
  });
});
