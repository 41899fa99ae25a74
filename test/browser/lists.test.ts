import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TrialAnswer } from '#contracts/items-api.ts';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';
import { type ConsoleWindow, openConsole } from './support/browser.ts';

let app: TestApplication;
let console: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => console.close());
afterAll(() => app.stop());

const trial = async (text: string): Promise<TrialAnswer> => {
  const platform = await app.keyClient();
  const answer = await platform.request<TrialAnswer>('/v1/try', {
    body: { item: { parts: [{ id: 'body', kind: 'text', text }] } },
  });
  expect(answer.status).toBe(200);
  return answer.body;
};
const found = (answer: TrialAnswer): string[] =>
  answer.trace.flatMap(({ evidence }) => evidence.map(({ label }) => label));

describe('B2 B3 B8: lists and rules in the console', () => {
  it('takes ten thousand terms at once, shows only the rows in sight, and finds the last of them', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/lists/terms');
    await page.getByRole('button', { name: 'New term list' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Made-up words');
    await page.getByRole('button', { name: 'Make list' }).click();
    await page.getByRole('heading', { name: 'Made-up words', level: 1 }).waitFor();

    const lines = Array.from({ length: 10_000 }, (_, index) => `quorble${index}x`);
    await page.getByRole('button', { name: 'Import' }).click();
    const dialog = page.getByRole('dialog');
    const csv = ['term,category,severity,mode', ...lines, 'zorptastic,spam,5,word', 'bad,nonsense,2,word', 'quorble7x'];
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'words.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.join('\n')) });
    await dialog.getByText('10,001 new terms, 1 already there.').waitFor();
    await dialog.getByText('Line 10003: the policy has no such category.').waitFor();
    await dialog.getByRole('button', { name: 'Add 10,001 terms' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Made-up words saved').waitFor();

    const table = page.getByRole('table', { name: 'Terms' });
    expect(await table.getAttribute('aria-rowcount')).toBe('10002');
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: 'Search the terms' }).fill('zorp');
    await table.getByRole('textbox', { name: 'Term zorptastic' }).waitFor();
    await expect.poll(() => table.getByRole('row').count()).toBe(2);

    expect(found(await trial('this is zorptastic indeed')).join()).toContain('Made-up words');
    await table.getByRole('button', { name: 'Remove zorptastic' }).click();
    await page.keyboard.press('Control+s');
    await expect
      .poll(async () => found(await trial('this is zorptastic indeed')).join())
      .not.toContain('Made-up words');
  });

  it('asks before unsaved changes are lost, and checks patterns as the server does', async () => {
    console = await openConsole(app, 'policy', { expectedStatuses: [422] });
    const { page } = console;
    await console.open('/lists/terms/made-up-words');
    await page.getByRole('tab', { name: 'Patterns' }).click();
    await page.getByRole('button', { name: 'Add pattern' }).click();
    const pattern = page.getByRole('textbox', { name: 'Pattern' });
    await pattern.fill('(?<=a)b');
    await page
      .getByText(/lookbehind|invalid|perl|group/i)
      .first()
      .waitFor();
    await pattern.fill('fizz+buzz');
    await page.getByLabel('Try them on a text').fill('oh fizzzbuzz');
    await page.getByText('Matches').waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave with unsaved changes?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('saved').waitFor();
    expect(found(await trial('well, fizzbuzz then')).length).toBeGreaterThan(0);
  });

  it('keeps domains, cut to their host', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/lists/domains');
    await page.getByRole('button', { name: 'New domain list' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Bad places');
    await page.getByRole('button', { name: 'Make list' }).click();
    await page.getByLabel('Domains to add').fill('https://murky-water.example/page?x=1, *.sunken.example');
    await page.getByRole('button', { name: 'Add 2 domains' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Bad places saved').waitFor();
    const answer = await trial('look at https://murky-water.example/other');
    expect(answer.trace.find(({ detector }) => detector === 'links')?.scores.spam ?? 0).toBeGreaterThan(0);
  });

  it('a rule is checked as it is typed, with the place of its fault, and counts once published', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/lists/rules');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByLabel('Title').fill('Lanterns go to a person');
    const when = page.getByRole('textbox', { name: 'When' });
    await when.fill('text.contains("lantern") &&\n  nonsense > 3');
    await page.getByText(/Line 2, column \d+:/).waitFor();
    await when.fill('text.contains("lantern")');
    await page.getByText(/Valid\. Cost/).waitFor();
    await page.getByLabel('Effect', { exact: true }).selectOption('label');
    await page.getByRole('textbox', { name: 'Label' }).fill('lanterns');
    await page.getByRole('region', { name: 'Draft' }).getByText('Valid').waitFor();
    await page.getByRole('button', { name: 'Publish …' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Publish version/ })
      .click();
    await page
      .getByRole('alert')
      .getByText(/is active/)
      .waitFor();
    const answer = await trial('a lantern by the sea');
    expect(answer.trace.flatMap(({ effects }) => effects ?? [])).toContainEqual({ kind: 'label', label: 'lanterns' });
  });
});
