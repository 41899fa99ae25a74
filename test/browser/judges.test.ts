import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JudgeSettings } from '#contracts/judge.ts';
import { createScriptedModel } from '#test/e2e/support/scripted-model.ts';
import { comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { honestJudge, judgeReply, readJudgeRequest } from '#test/support/scripted-judges.ts';
import { type ScriptedLlm, startScriptedLlm } from '#test/support/scripted-llm.ts';
import { violationsOf } from './support/axe.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

/** Every text is a little harassing to the local model, so that the judges are asked. */
const borderline = 'You played like a headless chicken tonight, mate.';
const key = 'sk-a-key-of-the-tests';

let app: TestApplication;
let llm: ScriptedLlm;
let console: ConsoleWindow;
beforeAll(async () => {
  const local = createScriptedModel();
  local.script = async () => ({ harassment: 0.6 });
  app = await startTestApplication({ models: local.models });
  llm = await startScriptedLlm(honestJudge());
});
afterEach(() => console.close());
afterAll(async () => {
  await app.stop();
  await llm.close();
});

const saved = async (tier: string): Promise<JudgeSettings | undefined> => {
  const admin = await app.personClient('admin');
  const { body } = await admin.request<{ entries: JudgeSettings[] }>('/v1/judges');
  return body.entries.find((judge) => judge.tier === tier);
};

describe('D4: language models in the settings', () => {
  it('a model is tested before it is saved: what is wrong is said, and the key is never shown again', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    await console.open('/settings/models');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'llama.cpp' }).click();
    await page.getByLabel('Model', { exact: true }).fill('scripted-small');
    await page.getByLabel('Base URL').fill('http://127.0.0.1:1/v1');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('It does not work yet').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await saved('small')).toBeUndefined();

    await page.getByLabel('Base URL').fill(llm.baseUrl);
    await page.getByRole('textbox', { name: 'API key' }).fill(key);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('It works', { exact: true }).waitFor();
    expect(llm.requests.at(-1)?.authorization).toBe(`Bearer ${key}`);
    await page.getByLabel('Reading').fill('2');
    await page.getByLabel('Cap for a day').fill('5');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Today (UTC)' }).waitFor();
    expect(await saved('small')).toMatchObject({
      model: 'scripted-small',
      hasApiKey: true,
      inputCostPerMillion: 2,
      dailyCostUsd: 5,
    });
    await page.reload();
    await page.getByText('A key is saved.').waitFor();
    expect(await page.getByRole('textbox', { name: 'API key' }).inputValue()).toBe('');
    expect(await violationsOf(page)).toEqual([]);
  });

  it('what somebody else saved in between is not written over unseen', async () => {
    const admin = await app.personClient('admin');
    console = await openConsole(app, 'admin', { expectedStatuses: [409] });
    const { page } = console;
    await console.open('/settings/models');
    await page.getByLabel('At once').fill('2');
    const { name, baseUrl, model, revision } = (await saved('small'))!;
    await admin.request('/v1/judges/small', {
      method: 'PUT',
      body: { name, baseUrl, model, revision, concurrency: 9 },
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Load their version, dropping mine' }).click();
    await expect.poll(() => page.getByLabel('At once').inputValue()).toBe('9');
  });

  it('others may look at it and change nothing; reviewers have no use for it', async () => {
    console = await openConsole(app, 'analyst');
    await console.open('/settings/models');
    await console.page.getByText('Today (UTC)').waitFor();
    expect(await console.page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    expect(await console.page.getByLabel('Base URL').isDisabled()).toBe(true);
    expect(await violationsOf(console.page)).toEqual([]);
    await console.close();
    console = await openConsole(app, 'reviewer');
    await console.open('/settings');
    expect(await console.page.getByRole('tab', { name: 'Language models' }).count()).toBe(0);
  });
});

describe('D1 D2 F3: what the judges said', () => {
  it('stands beside each other, in their own words as plain text; who abstained and who was not asked is said', async () => {
    const admin = await app.personClient('admin');
    const body = { name: 'Large', baseUrl: llm.baseUrl, model: 'scripted-large', revision: 0 };
    expect((await admin.request('/v1/judges/large', { method: 'PUT', body })).status).toBe(200);
    llm.script = (request) => {
      const read = readJudgeRequest(request);
      if (!read.item.includes('headless chicken')) return honestJudge()(request);
      return request.body.model === 'scripted-small'
        ? judgeReply(read, () => 'unsure', { rationale: 'Banter, or not?' })
        : judgeReply(read, () => 'violates', {
            rationale: '<img src=x onerror=alert(1)> It goes after the goalkeeper.',
          });
    };
    const { itemId } = await submit(await app.keyClient(), comment(borderline, { deadlineMs: 30_000 }));
    console = await openConsole(app, 'lead');
    const { page } = console;
    await console.open(`/items/${itemId}`);
    const panel = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Language models' }) });
    const opinions = await textOf(panel);
    expect(opinions).toMatch(/Small model\s*Abstained/);
    expect(opinions).toContain('Banter, or not?');
    expect(opinions).toMatch(/Large model\s*Sees a violation/);
    expect(opinions).toContain('It goes after the goalkeeper.');
    expect(opinions).toContain('scripted-large');
    expect(await panel.locator('img').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await console.open('/settings/models');
    const calls = page.getByRole('table', { name: 'Last calls' });
    expect(await textOf(calls)).toMatch(/Abstained|Answered/);
  });
});
