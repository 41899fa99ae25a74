import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';
import { openAsOwner } from '#test/support/database.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let console: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => console.close());
afterAll(() => app.stop());

describe('E4 E7: what happened, and why, in the console', () => {
  it('an empty installation offers the demo community, and shows it coming in', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    for (const path of ['/', '/items', '/queue']) {
      await console.open(path);
      await page.getByRole('button', { name: 'Load the demo community' }).waitFor();
    }
    await page.getByRole('button', { name: 'Load the demo community' }).click();
    await page
      .getByRole('list', { name: 'Waiting tasks, riskiest first' })
      .getByRole('link')
      .first()
      .waitFor({ timeout: 60_000 });
  });

  it('an item is found by its words, and shows every layer with its scores and the JSON behind it', async () => {
    console = await openConsole(app, 'analyst');
    const { page } = console;
    await console.open('/items');
    await page.keyboard.press('/');
    await page.keyboard.type('instant delivery');
    const rows = page.getByRole('table', { name: 'Items' }).locator('tbody tr');
    await expect.poll(async () => (await rows.allInnerTexts()).every((row) => row.includes('instant'))).toBe(true);
    await rows.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Trace' }).waitFor();
    await page.getByRole('heading', { name: 'Layer 1: Rules and hashes' }).waitFor();
    await page.getByRole('heading', { name: 'Layer 2: Local models' }).waitFor();
    await page.getByRole('article', { name: 'text-classifier' }).waitFor();
    await page.locator('summary').filter({ hasText: 'Spam' }).click();
    await page.getByRole('columnheader', { name: 'Calibrated' }).waitFor();
    expect(await page.locator('mark').count()).toBeGreaterThan(0);
    await page.getByRole('tab', { name: 'JSON' }).click();
    const json = JSON.parse(await textOf(page.locator('pre'))) as { decisions: unknown[] };
    expect(json.decisions.length).toBeGreaterThan(0);
  });

  it('the audit log is filtered, opened, verified, and a tampered entry is named', async () => {
    console = await openConsole(app, 'lead');
    const { page } = console;
    await console.open('/audit');
    await page.getByRole('textbox', { name: /^Action/ }).fill('decision-recorded');
    const rows = page.getByRole('table', { name: 'Audit' }).locator('tbody tr');
    await expect
      .poll(async () => (await rows.allInnerTexts()).every((row) => row.includes('Decision recorded')))
      .toBe(true);
    await rows.first().getByRole('button').click();
    await page.getByText('Previous hash').waitFor();
    await page.getByRole('button', { name: 'Verify chain' }).click();
    await page.getByText('The chain holds').waitFor();

    const owner = openAsOwner(app.database);
    // What only an intruder with the owner's password can do.
    await owner.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await owner.query(`UPDATE audit_entries SET action = 'nothing-happened' WHERE sequence = 7`);
    await owner.close();
    await page.getByRole('button', { name: 'Verify chain' }).click();
    await page.getByRole('alert').getByText('Entry 7 was altered.').waitFor();
  });
});
