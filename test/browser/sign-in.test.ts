import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { type ConsoleWindow, openConsole, openWindow } from './support/browser.ts';

const password = 'four unrelated words here';
let app: TestApplication;
let window: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
  const admin = await app.personClient('admin');
  const made = await admin.request('/v1/console-accounts', {
    body: { email: 'ines@example.test', displayName: 'Ines Reviewer', role: 'reviewer', password },
  });
  expect(made.status).toBe(201);
  await submit(await app.keyClient(), comment('A boat, a lantern and a harbour.'));
});
afterEach(() => window.close());
afterAll(() => app.stop());

const signIn = async (email: string, given: string) => {
  await window.page.getByLabel('E-mail').fill(email);
  await window.page.getByLabel('Password', { exact: true }).fill(given);
  await window.page.keyboard.press('Enter');
};

describe('K1: signing in to the console', () => {
  it('a wrong password is refused without saying which half was wrong, and a new account chooses its own password', async () => {
    window = await openWindow(app, { expectedStatuses: [401] });
    await window.page.goto('/items?text=boat');
    await signIn('ines@example.test', 'not the password');
    await window.page.getByRole('alert').getByText('do not match').waitFor();
    await signIn('ines@example.test', password);

    await window.page.getByRole('heading', { name: 'Choose your password' }).waitFor();
    await window.page.goto('/queue');
    await window.page.getByRole('heading', { name: 'Choose your password' }).waitFor();
    await window.page.getByLabel('Present password').fill(password);
    await window.page.getByLabel('New password', { exact: true }).fill('short');
    await window.page.getByLabel('New password again').fill('short');
    await window.page.getByRole('button', { name: 'Save and continue' }).click();
    await window.page.getByText('Use at least 12 characters.').waitFor();
    await window.page.getByLabel('New password', { exact: true }).fill('my very own password');
    await window.page.getByLabel('New password again').fill('my very own password');
    await window.page.getByRole('button', { name: 'Save and continue' }).click();
    await window.page.getByRole('heading', { name: /Ines/ }).waitFor();
  });

  it('leads back to where one wanted to go, and out again', async () => {
    window = await openWindow(app);
    await window.page.goto('/items?text=boat');
    await window.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn('ines@example.test', 'my very own password');
    await window.page.getByRole('searchbox', { name: 'Search the text' }).waitFor();
    expect(new URL(window.page.url()).searchParams.get('text')).toBe('boat');

    await window.page.getByRole('button', { name: 'Your account:' }).click();
    await window.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await window.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await window.page.goto('/items');
    await window.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('a one-time sign-in works once and leaves no token in the address', async () => {
    window = await openWindow(app, { expectedStatuses: [401, 403, 409, 410] });
    const token = await app.application.oneTimeSignIn();
    expect(token).toBeDefined();
    await window.page.goto(`/sign-in#token=${token}`);
    await window.page.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(window.page.url()).not.toContain('token');
    await window.context.clearCookies();
    await window.page.goto(`/sign-in?again#token=${token}`);
    await window.page.getByRole('alert').waitFor();
    expect(window.page.url()).not.toContain(String(token));
  });

  it('somebody whose session ends in the middle is told to sign in, and comes back to the same place', async () => {
    const console = await openConsole(app, 'analyst', { expectedStatuses: [401] });
    window = console;
    await console.open('/items');
    await app.database.database.query('DELETE FROM console_sessions WHERE account_id = $1', [console.person.accountId]);
    app.application.authenticator.forget({ kind: 'account', id: console.person.accountId });
    await console.page.getByRole('searchbox', { name: 'Search the text' }).fill('lantern');
    await console.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(console.page.url()).searchParams.get('next')).toContain('text=lantern');
  });
});
