import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '#contracts/audit.ts';
import type { Verdict } from '#contracts/decision.ts';
import type { ItemAnswer } from '#contracts/items-api.ts';
import { replay } from '#engine/decide.ts';
import { canonicalJson } from '#platform/canonical-json.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { decided, detailOf } from './support/items.ts';
import { publishPlainPolicy, publishPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';

/** Two processes' worth of Tidegate on one database. */
const firstModel = createScriptedModel();
const secondModel = createScriptedModel();
let first: TestApplication;
let second: TestApplication;
let throughFirst: Client;
let throughSecond: Client;
let policyMaker: Client;

beforeAll(async () => {
  first = await startTestApplication({ models: firstModel.models });
  second = await startTestApplication({ models: secondModel.models, database: first.database });
  throughFirst = await first.keyClient();
  throughSecond = await second.keyClient();
  policyMaker = await first.personClient('policy');
}, 60_000);
afterAll(async () => {
  await second.stop();
  await first.stop();
});

const spamScore = 0.7;
/** Odd versions remove what scores .7, even ones leave it to a person. */
const outcomeUnder = (version: number): string => (version % 2 === 1 ? 'remove' : 'review');
const publishNext = (): ReturnType<typeof publishPolicy> =>
  publishPolicy(policyMaker, ({ categories }) => {
    const spam = categories.spam!;
    spam.review = 0.5;
    spam.remove = spam.remove === 0.6 ? 0.9 : 0.6;
  });

describe('E1 H2: decisions that race a publication', () => {
  beforeAll(async () => {
    firstModel.script = async () => ({ spam: spamScore });
    secondModel.script = firstModel.script;
    // So that odd versions remove: version 2 must not.
    await publishPlainPolicy(policyMaker);
  });

  it('are each made under one version as a whole, and replay under it', async () => {
    let publishing = true;
    const answers: { readonly client: Client; readonly answer: ItemAnswer }[] = [];
    const send = async (client: Client, name: string): Promise<void> => {
      for (let n = 0; publishing; n += 1) {
        const body = comment(`Post ${n} of ${name}`, { account: { id: `${name}-${n}` }, deadlineMs: 20_000 });
        answers.push({ client, answer: await submit(client, body) });
      }
    };
    const sending = ['a', 'b', 'c', 'd'].flatMap((name) => [
      send(throughFirst, `first-${name}`),
      send(throughSecond, `second-${name}`),
    ]);
    for (let n = 0; n < 8; n += 1) await publishNext();
    publishing = false;
    await Promise.all(sending);

    const published = await policyMaker.request<{ entries: AuditEntry[] }>('/v1/audit?action=policy-published');
    const epochOf = new Map(published.body.entries.map(({ details }) => [details.version, Number(details.epoch)]));
    const versions = new Set<number>();
    for (const { client, answer } of answers) {
      // What three versions in a row overtook is held, and decided once.
      const [decision, ...holds] = (await decided(client, answer.itemId)).decisions;
      expect(holds.filter(({ facts }) => facts.interrupted !== 'configuration_changing')).toEqual([]);
      const { policyVersion, epoch, facts, trace } = decision!;
      versions.add(policyVersion);
      // Publishing is all that changes the configuration here, so version and epoch belong together.
      expect(epoch).toBe(epochOf.get(policyVersion));
      expect(decision!.outcome).toBe(outcomeUnder(policyVersion));
      if (holds.length === 0) expect(answer.decision).toMatchObject({ policyVersion, outcome: decision!.outcome });
      else expect(answer.display).toBe('held');
      const policy = await first.application.policies.policyOf(policyVersion);
      const again: Verdict = replay(trace, { policy, facts, calibrations: () => undefined });
      expect(canonicalJson(again.assessments)).toBe(canonicalJson(decision!.assessments));
      expect(again).toMatchObject({ outcome: decision!.outcome, rationale: decision!.rationale });
    }
    // Otherwise nothing raced.
    expect(versions.size).toBeGreaterThan(2);
  });

  it('follow the new version as soon as publishing has returned, in every process', async () => {
    for (let n = 0; n < 10; n += 1) {
      const { version } = await publishNext();
      const answers = await Promise.all(
        [throughSecond, throughFirst].map((client) =>
          submit(
            client,
            comment(`After version ${version}`, { account: { id: `after-${version}` }, deadlineMs: 20_000 }),
          ),
        ),
      );
      expect(answers.map(({ decision }) => decision.policyVersion)).toEqual([version, version]);
      expect(answers.map(({ decision }) => decision.outcome)).toEqual([outcomeUnder(version), outcomeUnder(version)]);
    }
  });

  it('are made again where a version comes in between', async () => {
    secondModel.hold();
    const submission = submit(throughSecond, comment('Decided while a version is published', { deadlineMs: 20_000 }));
    await secondModel.waiting(1);
    const { version } = await publishNext();
    const calls = secondModel.calls;
    // What was found under the old version is not what counts.
    secondModel.release({ spam: 0.1 });
    secondModel.script = async () => ({ spam: spamScore });
    const answer = await submission;
    expect(secondModel.calls).toBe(calls + 1);
    expect(answer.decision).toMatchObject({ policyVersion: version, outcome: outcomeUnder(version) });
    expect((await detailOf(throughSecond, answer.itemId)).decisions).toHaveLength(1);
  });

  it('are answered in time also where the second one takes longer than the first', async () => {
    secondModel.hold();
    const submission = submit(throughSecond, comment('Overtaken, then slow', { deadlineMs: 1_500 }));
    await secondModel.waiting(1);
    const { version } = await publishNext();
    const slow = Promise.withResolvers<{ spam: number }>();
    secondModel.release({ spam: 0.1 });
    secondModel.script = () => slow.promise;
    const answer = await submission;
    expect(answer).toMatchObject({ display: 'held', decision: { outcome: 'hold', policyVersion: version } });
    slow.resolve({ spam: spamScore });
    const { decisions, outcome } = await decided(throughSecond, answer.itemId);
    expect(decisions.map(({ facts }) => facts.interrupted)).toEqual([null, 'deadline']);
    expect(outcome).toBe(outcomeUnder(version));
  });

  it('are held where the configuration will not stand still, and made once it does', async () => {
    let runs = 0;
    secondModel.script = async () => {
      runs += 1;
      if (runs <= 3) await publishNext();
      return { spam: spamScore };
    };
    const answer = await submit(throughSecond, comment('Nothing stands still', { deadlineMs: 20_000 }));
    expect(answer).toMatchObject({ display: 'held', decision: { outcome: 'hold' } });
    // Decided, decided again twice, and once more for what the hold shows meanwhile.
    expect(runs).toBe(4);
    const { decisions, outcome } = await decided(throughSecond, answer.itemId);
    expect(decisions.map(({ facts }) => facts.interrupted)).toEqual([null, 'configuration_changing']);
    expect(outcome).toBe(outcomeUnder(decisions[0]!.policyVersion));
  });

  it('and two people who publish at once do not overwrite each other', async () => {
    const { document, version } = (await policyMaker.request<{ document: object; version: number }>('/v1/policy')).body;
    const answers = await Promise.all(
      [1, 2, 3].map(() => policyMaker.request('/v1/policy/versions', { body: { document, basedOn: version } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });
});

describe('A2: two processes and one idempotency key', () => {
  it('answer the same, and keep one item', async () => {
    firstModel.script = async () => ({});
    secondModel.script = firstModel.script;
    const { key } = await first.keyClient();
    const send = (through: TestApplication, text: string) =>
      through.nobody.request<ItemAnswer>('/v1/items', {
        body: comment(text, { idempotencyKey: 'shared', account: { id: 'shared' }, deadlineMs: 20_000 }),
        headers: { authorization: `Bearer ${key}` },
      });
    const answers = await Promise.all(
      [first, second, first, second].map((through) => send(through, 'Sent four times')),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const { body } of answers) expect(body).toEqual(answers[0]!.body);
    expect((await send(second, 'Another text')).status).toBe(409);
    const stored = await first.application.database.query("SELECT id FROM items WHERE account_id = 'shared'");
    expect(stored).toHaveLength(1);
  });
});
