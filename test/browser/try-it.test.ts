import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';
import { violationsOf } from './support/axe.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let console: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
  console = await openConsole(app, 'policy', { expectedErrors: ['net::ERR_FAILED', 'net::ERR_INTERNET_DISCONNECTED'] });
});
afterAll(async () => {
  await console.close();
  await app.stop();
});

describe('E3 E4 C1: trying a text in the console', () => {
  it('lights up the layers with their time, says why it stopped, and stores nothing', async () => {
    const { page } = console;
    await console.open('/try');
    await page
      .getByLabel('Text', { exact: true })
      .fill('Buy followers cheap, instant delivery, visit https://get-followers.example now!!!');
    await page.keyboard.press('Control+Enter');
    const verdict = page.getByRole('region', { name: 'Decision' });
    await verdict.waitFor();
    await expect.poll(() => textOf(verdict)).toMatch(/spam/i);
    expect(await textOf(verdict)).toMatch(/Settled by layer \d/);

    const layers = page.getByRole('list', { name: 'Layers' }).getByRole('listitem');
    expect(await layers.count()).toBe(5);
    expect(await textOf(layers.nth(0))).toMatch(/\d ms/);
    expect(await textOf(layers.nth(1))).toMatch(/\d ms/);
    expect(await textOf(layers.nth(2))).toContain('Not configured');
    expect(await textOf(layers.nth(3))).toContain('Not configured');
    expect(await textOf(layers.nth(4))).toMatch(/Not needed|A person decides next/);

    const spam = page.getByRole('meter', { name: 'Spam' });
    expect(Number(await spam.getAttribute('aria-valuenow'))).toBeGreaterThan(0.5);
    expect(await spam.getAttribute('aria-valuetext')).toMatch(/Review from 0\.\d\d, remove from 0\.\d\d/);
    expect(await textOf(page.getByText(/^Not assessed/))).toContain('Copyright');

    const mark = page.locator('mark').first();
    await mark.focus();
    await page.getByRole('tooltip').getByText(/Spam/).first().waitFor();
    expect(await app.database.database.query('SELECT 1 FROM items')).toEqual([]);
  });

  it('marks the words that move the score, by keyboard, and goes back', async () => {
    const { page } = console;
    const text = 'What a lovely garden \u{1F33B}, and the gate is nice too. You are a pathetic idiot.';
    await console.open('/try');
    await page.getByLabel('Text', { exact: true }).fill(text);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('region', { name: 'Decision' }).waitFor();
    await page.getByLabel('Text', { exact: true }).blur();
    const button = page.getByRole('button', { name: 'Words that move the score' });
    await page.keyboard.press('h');
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
    const labels = page.getByRole('group', { name: 'Words for' });
    await labels.waitFor({ timeout: 60_000 });
    const words = page.locator('mark[data-weighed]');
    const shown = (await words.allInnerTexts()).join(' ');
    expect(shown).toMatch(/idiot|pathetic/);
    expect(shown).not.toMatch(/garden|gate/);
    await words.first().focus();
    await page
      .getByRole('tooltip')
      .getByText(/logits/)
      .waitFor();
    const other = labels.getByRole('button', { pressed: false }).first();
    const name = await textOf(other);
    await other.focus();
    await page.keyboard.press('Enter');
    await labels.getByRole('button', { name, pressed: true }).waitFor();
    await page.getByRole('status').filter({ hasText: name }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await button.click();
    await expect.poll(() => words.count()).toBe(0);
    expect(await app.database.database.query('SELECT 1 FROM items')).toEqual([]);
  });

  it('says so where the words cannot be found at present, and asks again', async () => {
    const { page } = console;
    await console.open('/try');
    await page.getByRole('button', { name: 'A greeting' }).click();
    await page.getByRole('region', { name: 'Decision' }).waitFor();
    await page.route('**/v1/explanations', (route) => route.abort());
    await page.getByRole('button', { name: 'Words that move the score' }).click();
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.unroute('**/v1/explanations');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('finds nothing here').waitFor({ timeout: 60_000 });
  });

  it('answers without a stream just as well', async () => {
    const { page } = console;
    await page.route('**/v1/try', (route) =>
      route.continue({ headers: { ...route.request().headers(), accept: 'application/json' } }),
    );
    await console.open('/try');
    await page.getByRole('button', { name: 'A greeting' }).click();
    await page.getByRole('region', { name: 'Decision' }).getByText('Approved').waitFor();
    await page.unroute('**/v1/try');
  });

  it('explains a server that cannot be reached, and goes on when it is back', async () => {
    const { page, context } = console;
    await console.open('/try');
    await page.route('**/v1/try', (route) => route.abort());
    await page.getByRole('button', { name: 'Banter' }).click();
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
    await page.unroute('**/v1/try');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'Decision' }).waitFor();
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    await context.setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
  });
});
