import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditVerification } from '#contracts/audit.ts';
import type { ItemAccepted, ItemAnswer, ItemDetail } from '#contracts/items-api.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { comment } from '#test/support/application.ts';
import { runCli } from '#test/support/run-cli.ts';
import { Installation } from './support/installation.ts';

const texts = Object.values(
  JSON.parse(readFileSync(new URL('../fixtures/texts.json', import.meta.url), 'utf8')) as Record<string, string>,
);

/** Something that was sent; `answer` where it was acknowledged before the end. */
interface Sent {
  readonly body: Record<string, unknown>;
  answer?: { readonly status: number; readonly body: ItemAnswer | ItemAccepted };
}

const installation = new Installation();
const sent: Sent[] = [];
let address = '';

const post = async (body: unknown): Promise<Sent['answer']> => {
  const response = await fetch(new URL('/v1/items', address), {
    method: 'POST',
    headers: { authorization: `Bearer ${installation.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as ItemAnswer };
};
const detailOf = async (itemId: string): Promise<ItemDetail> => {
  const response = await fetch(new URL(`/v1/items/${itemId}`, address), {
    headers: { authorization: `Bearer ${installation.apiKey}` },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as ItemDetail;
};

/** Every third is asynchronous, every other has an idempotency key; accounts and texts repeat. */
const bodyOf = (n: number): Record<string, unknown> =>
  comment(`${texts[n % texts.length]} (${n})`, {
    externalId: `post-${n}`,
    account: { id: `account-${n % 7}` },
    ...(n % 3 === 0 ? { deadlineMs: 0 } : { deadlineMs: 10_000 }),
    ...(n % 2 === 0 ? { idempotencyKey: `key-${n}` } : {}),
  });

/** What was answered instead of a decision while the database was away. */
const refusals = new Set<number>();

/** Sixteen clients send without pause until it is over, whatever breaks. `told` hears of each acknowledgement. */
const sendUntil = async (over: AbortSignal, told: () => void): Promise<void> => {
  const client = async (): Promise<void> => {
    while (!over.aborted) {
      const entry: Sent = { body: bodyOf(sent.length) };
      sent.push(entry);
      const answer = await post(entry.body).catch(() => undefined);
      if (answer === undefined || answer.status >= 500) {
        if (answer !== undefined) refusals.add(answer.status);
        await new Promise((resolve) => setTimeout(resolve, 200));
      } else {
        entry.answer = answer;
        told();
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
};

/** Kills after so many acknowledgements, at any moment of the work on the next ones. */
const round = async (kill: () => Promise<unknown>): Promise<void> => {
  const over = new AbortController();
  let left = 25 + Math.floor(Math.random() * 50);
  const killed = Promise.withResolvers<void>();
  const sending = sendUntil(over.signal, () => {
    left -= 1;
    if (left === 0)
      setTimeout(() => {
        kill().then(() => killed.resolve(), killed.reject);
      }, Math.random() * 10);
  });
  await killed.promise;
  over.abort();
  await sending;
};

const acknowledgedSoFar = () => sent.filter(({ answer }) => answer !== undefined).length;
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
};

const acknowledged = () => sent.filter((entry): entry is Required<Sent> => entry.answer !== undefined);

describe('A2 E4 E7: killed at any moment', () => {
  let database: Database;
  let stopDatabase: () => Promise<void>;

  beforeAll(async () => {
    address = await installation.start();
    // The process lives on without its database, starts it again and goes on.
    await round(async () => {
      const before = acknowledgedSoFar();
      installation.killPostmaster();
      await until(() => acknowledgedSoFar() > before + 40);
      await installation.kill();
    });
    address = await installation.start();
    await round(async () => {
      installation.killPostmaster();
      await installation.kill();
    });
    address = await installation.start();
    const opened = await installation.openDatabase();
    stopDatabase = opened.stop;
    database = openDatabase({ url: opened.appUrl, applicationName: 'tidegate-test', maxConnections: 2 });
  }, 120_000);

  afterAll(async () => {
    await database?.close();
    await stopDatabase?.();
    await installation.remove();
  });

  const rows = <Row = Record<string, unknown>>(sql: string): Promise<Row[]> => database.query<Row>(sql);

  it('sent enough of every kind for the rest to mean something', () => {
    expect(acknowledged().filter(({ answer }) => answer.status === 200).length).toBeGreaterThan(20);
    expect(acknowledged().filter(({ answer }) => answer.status === 202).length).toBeGreaterThan(10);
    expect(acknowledged().every(({ answer }) => [200, 202].includes(answer.status))).toBe(true);
    // Without a database nothing is promised, and the answer says to come again.
    const faults = installation.output.split('\n').filter((line) => /"status":50[0124-9]/.test(line));
    expect(
      [...refusals].filter((status) => status !== 503),
      faults.join('\n'),
    ).toEqual([]);
  });

  it('keeps everything that was acknowledged, with the decision that was told', async () => {
    for (const { body, answer } of acknowledged()) {
      const detail = await detailOf(answer.body.itemId);
      expect(detail.externalId).toBe(body.externalId);
      expect(detail.content?.parts).toEqual(body.parts);
      if (!('decision' in answer.body)) continue;
      const told = detail.decisions.find(({ id }) => id === (answer.body as ItemAnswer).decision.id);
      expect(told).toMatchObject({ outcome: answer.body.decision.outcome, rationale: answer.body.decision.rationale });
    }
  });

  it('decides afterwards, once, what was taken in asynchronously', async () => {
    const waiting = () => rows("SELECT id FROM items WHERE outcome = 'hold'");
    await until(async () => (await waiting()).length === 0);
    for (const { answer } of acknowledged().filter(({ answer: { status } }) => status === 202)) {
      const { decisions } = await detailOf(answer.body.itemId);
      expect(decisions.map(({ facts }) => facts.interrupted)).toEqual([null, 'asynchronous']);
    }
  });

  it('decides nothing twice', async () => {
    expect(
      await rows(
        "SELECT item_id FROM decisions WHERE outcome <> 'hold' GROUP BY item_id, item_version HAVING count(*) > 1",
      ),
    ).toEqual([]);
  });

  it('leaves nothing half-done: every item with version, decision, event and count', async () => {
    expect(
      await rows(
        'SELECT id FROM items WHERE NOT EXISTS (SELECT 1 FROM item_versions v WHERE v.item_id = items.id AND v.version = items.version)',
      ),
    ).toEqual([]);
    expect(
      await rows(
        'SELECT id FROM items WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.id = items.decision_id AND d.outcome = items.outcome AND d.sequence = items.decision_sequence)',
      ),
    ).toEqual([]);
    expect(
      await rows(
        'SELECT d.id FROM decisions d FULL JOIN outbox o USING (item_id, sequence) WHERE d.item_id IS NULL OR o.item_id IS NULL',
      ),
    ).toEqual([]);
    expect(
      await rows(
        'SELECT item_id FROM decisions GROUP BY item_id HAVING min(sequence) <> 1 OR max(sequence) <> count(*)',
      ),
    ).toEqual([]);
    expect(
      await rows('SELECT item_id FROM outbox GROUP BY item_id HAVING min(sequence) <> 1 OR max(sequence) <> count(*)'),
    ).toEqual([]);
    expect(
      await rows(
        'SELECT a.id FROM accounts a WHERE a.items <> (SELECT count(*) FROM items i WHERE i.account_id = a.id)',
      ),
    ).toEqual([]);
    expect(
      await rows(
        "SELECT i.id FROM items i WHERE i.outcome = 'review' AND NOT EXISTS (SELECT 1 FROM review_tasks t WHERE t.item_id = i.id AND t.status = 'open')",
      ),
    ).toEqual([]);
    expect(
      await rows(
        "SELECT d.id FROM decisions d WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.subject_id = d.item_id::text AND a.details LIKE '%' || d.id || '%')",
      ),
    ).toEqual([]);
  });

  it('gives the same answer under the same idempotency key, acknowledged or not, and keeps one item', async () => {
    const keyed = sent.filter(({ body }) => body.idempotencyKey !== undefined);
    await Promise.all(
      keyed.map(async ({ body, answer }) => {
        const again = await post(body);
        if (answer !== undefined) expect(again).toEqual(answer);
        else expect([200, 202]).toContain(again?.status);
      }),
    );
    expect(
      await rows(
        "SELECT external_id FROM items WHERE external_id IN (SELECT 'post-' || substr(key, 5) FROM idempotency_keys) GROUP BY external_id HAVING count(*) > 1",
      ),
    ).toEqual([]);
    expect(await rows('SELECT count(*)::int AS n FROM idempotency_keys')).toEqual([{ n: keyed.length }]);
  });

  it('has an audit log that verifies', async () => {
    const run = await runCli(['audit', 'verify', '--json'], { env: installation.environment });
    expect(JSON.parse(run.stdout)).toMatchObject({ valid: true, fault: null } satisfies Partial<AuditVerification>);
    expect(run.exitCode).toBe(0);
  });
});
