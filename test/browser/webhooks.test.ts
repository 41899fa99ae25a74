import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { isSignedWith, startReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.ts';
import { violationsOf } from './support/axe.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let receiver: WebhookReceiver;
let console: ConsoleWindow;
beforeAll(async () => {
  receiver = await startReceiver();
  const { port } = new URL(receiver.url);
  app = await startTestApplication({ env: { TIDEGATE_ALLOWED_PRIVATE_HOSTS: `127.0.0.1:${port}` } });
});
afterEach(() => console.close());
afterAll(async () => {
  await app.stop();
  await receiver.close();
});

const decide = async (account: string): Promise<void> => {
  await submit(await app.keyClient(), comment('See you on Sunday!', { account: { id: account } }));
};

describe('G8: deliveries in the console', () => {
  it('a webhook is made, its secret shown once, and what arrives is signed with it', async () => {
    console = await openConsole(app, 'admin', { expectedStatuses: [422] });
    const { page } = console;
    await console.open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByText('No webhook yet').waitFor();
    await page.getByRole('button', { name: 'New webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Forum');
    await dialog.getByLabel('URL').fill('http://169.254.169.254/latest/meta-data/');
    await dialog.getByRole('button', { name: 'Make webhook' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/not on the public internet/)
      .waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByLabel('URL').fill(receiver.url);
    await dialog.getByRole('button', { name: 'Make webhook' }).click();
    const secret = await textOf(page.getByTestId('new-secret'));
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('table', { name: 'Webhooks' }).waitFor();
    expect(await textOf(page.locator('body'))).not.toContain(secret);

    await decide('ada');
    await receiver.accepts(1);
    expect(await isSignedWith(receiver.received[0]!, secret)).toBe(true);
    await page.getByText('Well', { exact: true }).waitFor();
  });

  it('a test, a new secret and a pause do what they say', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    await console.open('/deliveries');
    await page.getByRole('link', { name: 'Forum' }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('It arrived.').waitFor();
    await page.getByRole('button', { name: 'New secret' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click();
    await page.getByTestId('new-secret').waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(/^until /).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Paused', { exact: true }).waitFor({ state: 'detached' });
  });

  it('every failure shows: health, log, every attempt; and it is sent again by hand', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    receiver.answerWith(() => ({ status: 503 }));
    await decide('bob');
    await decide('bob');
    await console.open('/deliveries');
    await page.getByText('Failing', { exact: true }).waitFor();
    await page.getByRole('link', { name: /Deliveries.*1 failing/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Log' }).click();
    const log = page.getByRole('table', { name: 'Log' });
    await log.getByText('Trying again').first().waitFor();
    await log.getByText('Waiting').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Delivered' }).click();
    await expect.poll(() => log.getByText('Trying again').count()).toBe(0);
    await page.getByRole('button', { name: 'Clear filters' }).click();

    await log.getByRole('row').filter({ hasText: 'Trying again' }).getByRole('link').first().click();
    const attempts = page.getByRole('table', { name: 'Every attempt' });
    expect(await textOf(attempts)).toContain('503');
    expect(await textOf(page.locator('pre'))).toContain('"decision-recorded"');
    expect(await violationsOf(page)).toEqual([]);
    receiver.answerWith(() => ({ status: 204 }));
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('Delivered', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Send once more' }).waitFor();
  });

  it('what was given up is replayed', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    await app.database.database.query(
      `UPDATE deliveries SET state = 'dead', due_at = NULL WHERE id IN (SELECT id FROM deliveries WHERE account_id = 'ada' LIMIT 1)`,
    );
    await console.open('/deliveries');
    await page.getByText('Dead letters', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Forum' }).click();
    await page.getByRole('button', { name: 'Replay' }).click();
    expect(await violationsOf(page)).toEqual([]);
    const before = receiver.accepted.length;
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('alert').getByText('1 delivery queued').waitFor();
    await receiver.accepts(before + 1);
  });

  it('others look, and change nothing', async () => {
    console = await openConsole(app, 'analyst');
    const { page } = console;
    await console.open('/deliveries');
    await page.getByRole('link', { name: 'Forum' }).click();
    await page.getByRole('heading', { name: 'Signing secrets' }).waitFor();
    expect(await page.getByRole('button', { name: 'Send a test' }).count()).toBe(0);
  });
});
