import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Role } from '#contracts/access.ts';
import type { TestApplication } from '#test/support/application.ts';
import { chromiumFlags, chromiumPath } from '#test/support/chromium.ts';

export type Scheme = 'light' | 'dark';
type Person = Awaited<ReturnType<TestApplication['personClient']>>;

export interface WindowOptions {
  readonly scheme?: Scheme;
  readonly size?: { readonly width: number; readonly height: number };
  /** Answers of the server that the test provokes, which a browser logs as errors: `409`, for example. */
  readonly expectedStatuses?: readonly number[];
  /** Other errors that the test provokes, as the browser words them. */
  readonly expectedErrors?: readonly string[];
}

/** A browser window on the console, with a profile of its own. */
export interface ConsoleWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Opens a screen and waits until it has nothing left to load. */
  open(path: string): Promise<void>;
  /** Closes it. @throws where the browser's console logged an error */
  close(): Promise<void>;
}

/** Opens a window in which nobody is signed in. */
export const openWindow = async (app: TestApplication, options: WindowOptions = {}): Promise<ConsoleWindow> => {
  const profile = mkdtempSync(join(tmpdir(), 'tidegate-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...chromiumFlags],
    baseURL: app.address,
    colorScheme: options.scheme ?? 'light',
    reducedMotion: 'reduce',
    viewport: options.size ?? { width: 1440, height: 900 },
    locale: 'en-GB',
  });
  context.setDefaultTimeout(15_000);
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  const expected = [
    ...(options.expectedStatuses ?? []).map((status) => `status of ${status}`),
    ...(options.expectedErrors ?? []),
  ];
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const text = `${message.text()} ${message.location().url}`;
    if (!expected.some((part) => text.includes(part))) errors.push(text);
  });
  page.on('pageerror', (error) => errors.push(`${error.name}: ${error.message}`));
  return {
    page,
    context,
    async open(path) {
      await page.goto(path);
      await page.locator('h1').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(new URL(page.url()).pathname).toBe(new URL(path, app.address).pathname);
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
      expect(errors, 'errors in the browser console').toEqual([]);
    },
  };
};

/** Opens a window in which somebody with this role is signed in. */
export const openConsole = async (
  app: TestApplication,
  role: Role,
  options: WindowOptions = {},
): Promise<ConsoleWindow & { readonly person: Person }> => {
  const window = await openWindow(app, options);
  const person = await app.personClient(role);
  // An account that somebody else made must choose its password first; that has a test of its own.
  await app.database.database.query('UPDATE console_accounts SET must_change_password = false WHERE id = $1', [
    person.accountId,
  ]);
  const [name = '', value = ''] = person.cookie.split(/=(.*)/s);
  await window.context.addCookies([{ name, value, url: app.address, httpOnly: true, sameSite: 'Strict' }]);
  await window.page.addInitScript(() => localStorage.setItem('tidegate-signed-in', '1'));
  return { ...window, person };
};

/** The text that people see in an element, waiting for the element where it is not there yet. */
export const textOf = async (locator: Locator): Promise<string> => {
  await locator.waitFor();
  return (await locator.allInnerTexts()).join('\n');
};
