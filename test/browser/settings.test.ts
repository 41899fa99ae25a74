import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { comment, startTestApplication, type TestApplication } from '#test/support/application.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let console: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => console.close());
afterAll(() => app.stop());

const submitWith = async (key: string): Promise<number> => {
  const response = await fetch(new URL('/v1/items', app.address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(comment('See you on Sunday!')),
  });
  return response.status;
};

describe('K1 F10: settings in the console', () => {
  it('an API key is shown once, works, and is refused once revoked', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    await console.open('/settings/keys');
    await page.getByRole('button', { name: 'New API key' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Forum');
    await page.getByRole('dialog').getByRole('button', { name: 'New API key' }).click();
    const key = await textOf(page.getByTestId('new-key'));
    expect(await submitWith(key)).toBe(200);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    const row = page.getByRole('row').filter({ hasText: 'Forum' });
    await row.waitFor();
    expect(await textOf(page.locator('body'))).not.toContain(key);
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('Revoked').waitFor();
    expect(await submitWith(key)).toBe(401);
  });

  it('everybody changes their own password, knowing the present one', async () => {
    console = await openConsole(app, 'analyst', { expectedStatuses: [400, 401, 403, 422] });
    const { page } = console;
    await console.open('/settings/account');
    const change = async (present: string) => {
      await page.getByLabel('Present password').fill(present);
      await page.getByLabel('New password', { exact: true }).fill('another long password');
      await page.getByLabel('New password again').fill('another long password');
      await page.getByRole('button', { name: 'Change password' }).click();
    };
    await change('not my password');
    await page
      .getByRole('alert')
      .getByText(/password is not right/)
      .waitFor();
    await change('a long password for tests');
    await page.getByRole('alert').getByText('Your password was changed.').waitFor();
    // The session that changed it goes on.
    await console.open('/items');
  });

  it('people are added, given another role, and kept out', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    await console.open('/settings/people');
    await page.getByRole('button', { name: 'New account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Noor Lead');
    await dialog.getByLabel('E-mail').fill('noor@example.test');
    await dialog.getByLabel('First password').fill('a first long password');
    await dialog.getByRole('button', { name: 'New account' }).click();
    await page.getByRole('row').filter({ hasText: 'Noor Lead' }).waitFor();
    await page.getByRole('combobox', { name: 'Role of Noor Lead' }).click();
    await page.getByRole('option', { name: 'Lead', exact: true }).click();
    const stored = () =>
      app.database.database.query<{ role: string; disabled: boolean }>(
        `SELECT role, disabled FROM console_accounts WHERE email = 'noor@example.test'`,
      );
    await expect.poll(async () => (await stored())[0]?.role).toBe('lead');
    const maySignIn = page.getByRole('switch', { name: 'Noor Lead may sign in' });
    // Not while the role is still being saved.
    await expect.poll(() => maySignIn.isEnabled()).toBe(true);
    await maySignIn.click({ force: true });
    await expect.poll(async () => (await stored())[0]?.disabled).toBe(true);
  });

  it('the scheme and the shortcuts are a matter of choice, and stay chosen', async () => {
    console = await openConsole(app, 'reviewer');
    const { page } = console;
    await console.open('/settings/appearance');
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.getByRole('switch', { name: 'Single-key shortcuts' }).click({ force: true });
    await page.reload();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.keyboard.press('?');
    expect(new URL(page.url()).pathname).toBe('/settings/appearance');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('shows the installation to everybody, and administration to administrators', async () => {
    console = await openConsole(app, 'analyst');
    const { page } = console;
    await console.open('/settings/system');
    await page.getByRole('table', { name: 'Detectors' }).getByText('text-classifier').waitFor();
    expect(await page.getByRole('tab').allInnerTexts()).toEqual([
      'Your account',
      'Appearance',
      'Language models',
      'System',
    ]);
    await console.open('/queue');
    await page.keyboard.press('n');
    await page.waitForTimeout(300);
    expect(new URL(page.url()).pathname).toBe('/queue');
  });

  it('can be used from the first Tab on: skip link, then the way around, and the focus follows', async () => {
    console = await openConsole(app, 'reviewer');
    const { page } = console;
    await console.open('/');
    await page.keyboard.press('Tab');
    expect(await textOf(page.locator(':focus'))).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: 'Try it' }).waitFor();
    await page.locator('main:focus').waitFor();
  });
});
