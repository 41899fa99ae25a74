import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startTestApplication, type TestApplication } from '#test/support/application.ts';
import { publishPlainPolicy, publishPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';
import { decisionOn, quoted, signalOf } from './support/trace.ts';

const claim = {
  id: 'towers',
  claim: 'Radio towers spread the river fever in Quellbach',
  review_url: 'https://facts.example/towers',
  rating: 'False',
};

describe('C1: misinformation is routed, never scored', () => {
  let app: TestApplication;
  let platform: Client;
  let admin: Client;
  let folder: string;
  let account = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-claims-'));
    writeFileSync(join(folder, 'claims.jsonl'), `${JSON.stringify(claim)}\n`);
    app = await startTestApplication({
      models: createScriptedModel().models,
      env: { TIDEGATE_CLAIMS: join(folder, 'claims.jsonl') },
    });
    platform = await app.keyClient();
    admin = await app.personClient('admin');
    await publishPlainPolicy(admin);
  }, 60_000);
  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const decide = (text: string) => {
    account += 1;
    return decisionOn(platform, text, { account: { id: `claims-${account}` } });
  };

  it('a claim that fact-checkers know goes to the people who deal with claims, with the place and their review', async () => {
    const text = 'They hide it, but in Quellbach the river fever is spread by radio towers!';
    const decision = await decide(text);
    expect(decision).toMatchObject({ outcome: 'review', queue: 'claims', labels: ['known_claim'] });
    const signal = signalOf(decision, 'known-claims');
    expect(quoted(signal, text)).toEqual(['Quellbach the river fever is spread by radio towers']);
    expect(signal.evidence[1]).toMatchObject({ name: 'claim_review', value: 'False · https://facts.example/towers' });
    expect(decision.assessments.find(({ category }) => category === 'misinformation')?.probability ?? null).toBeNull();
    const { body } = await admin.request<{ detectors: { id: string }[] }>('/v1/system');
    expect(body.detectors.map(({ id }) => id)).toEqual(expect.arrayContaining(['known-claims', 'check-worthiness']));
  });

  it('whoever denies it is let through, labelled', async () => {
    const decision = await decide('It is a myth that radio towers spread river fever in Quellbach.');
    expect(decision).toMatchObject({ outcome: 'approve', queue: null, labels: ['known_claim_denied'] });
  });

  it('a text that looks worth checking is decided as if it did not, until a rule of the policy says otherwise', async () => {
    const text = 'Officials confirmed that 300 patients died in the hospital of Quellbach last year.';
    const before = await decide(text);
    expect(before.outcome).toBe('approve');
    expect(signalOf(before, 'check-worthiness').attributes.check_worthiness).toBeGreaterThan(0.9);
    await publishPolicy(admin, (document) => {
      document.rules = [
        {
          id: 'worth_checking',
          title: 'Widely seen claims are looked at',
          enabled: true,
          after: 1,
          when: '"check_worthiness" in attributes && attributes["check_worthiness"] > 0.9',
          effects: [{ kind: 'route', queue: 'claims', category: 'misinformation' }],
        },
      ];
    });
    expect(await decide(`${text} Really.`)).toMatchObject({ outcome: 'review', queue: 'claims' });
    expect(await decide('I hope you feel better soon, thanks for the lovely evening!')).toMatchObject({
      outcome: 'approve',
    });
  });

  it('a file that cannot be used stops the start and says where it is wrong', async () => {
    const file = join(folder, 'wrong.jsonl');
    writeFileSync(file, `${JSON.stringify(claim)}\n{"id":"short","claim":"All lies"}\n`);
    const { database } = app;
    await expect(startTestApplication({ env: { TIDEGATE_CLAIMS: file }, database })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/wrong\.jsonl is not usable: line 2, claim: must have at least 4/),
    });
  });
});
