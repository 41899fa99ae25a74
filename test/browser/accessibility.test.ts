import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';
import { violationsOf } from './support/axe.ts';
import { type ConsoleWindow, openConsole, openWindow } from './support/browser.ts';
import { loadDemo } from './support/demo.ts';

/** Screens that need no more than their address. */
const screens = [
  '/',
  '/try',
  '/queue',
  '/items',
  '/policy/categories',
  '/policy/overrides',
  '/policy/general',
  '/policy/source',
  '/policy/versions',
  '/lists/terms',
  '/lists/domains',
  '/lists/rules',
  '/banks',
  '/banks/look-up',
  '/banks/reports',
  '/deliveries/webhooks',
  '/deliveries/log',
  '/audit',
  '/settings/account',
  '/settings/appearance',
  '/settings/models',
  '/settings/keys',
  '/settings/people',
  '/settings/system',
] as const;

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
  await loadDemo(app);
});
afterAll(() => app.stop());

describe('F10: no screen has an axe violation, light or dark', () => {
  let console: ConsoleWindow;
  beforeAll(async () => {
    console = await openConsole(app, 'admin');
  });
  afterAll(() => console.close());

  it.each(screens)('%s', async (path) => {
    await console.open(path);
    expect(await violationsOf(console.page)).toEqual([]);
  });

  it('a trial with its result', async () => {
    await console.open('/try');
    await console.page.getByRole('button', { name: 'An offer' }).click();
    await console.page.getByRole('heading', { name: 'Every signal' }).waitFor();
    await console.page.locator('summary').first().click();
    expect(await violationsOf(console.page)).toEqual([]);
  });

  it('a task, covered, uncovered, and about to be removed', async () => {
    await console.open('/queue');
    await console.page.getByRole('button', { name: 'Next' }).click();
    const cover = console.page.getByRole('button', { name: 'Uncover' });
    await cover.waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
    await cover.click();
    await console.page.getByRole('button', { name: 'Remove', exact: true }).click();
    await console.page.getByRole('group', { name: 'Remove this item' }).waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
    await console.page.keyboard.press('Escape');
    await console.page.getByRole('button', { name: 'Skip', exact: true }).click();
    await console.page.getByText('Why do you leave it to somebody else?').waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
  });

  it('an item with its whole trace', async () => {
    await console.open('/items');
    await console.page.locator('tbody a').first().click();
    await console.page.getByRole('heading', { name: 'Trace' }).waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
    await console.page.getByRole('tab', { name: 'JSON' }).click();
    expect(await violationsOf(console.page)).toEqual([]);
  });

  it('a term list and its import', async () => {
    await console.open('/lists/terms');
    await console.page
      .getByRole('link', { name: 'Default terms', exact: true })

      .click();
    await console.page.getByRole('table', { name: 'Terms' }).waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
    await console.page.getByRole('button', { name: 'Import' }).click();
    await console.page.getByRole('dialog').waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
  });

  it('the shortcuts, and an address that leads nowhere', async () => {
    await console.open('/queue');
    await console.page.keyboard.press('?');
    await console.page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
    await console.page.goto('/no/such/place');
    await console.page.getByText('There is nothing at this address').waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
  });

  it('signing in', async () => {
    const window = await openWindow(app);
    await window.open('/sign-in');
    expect(await violationsOf(window.page)).toEqual([]);
    await window.close();
  });
});
