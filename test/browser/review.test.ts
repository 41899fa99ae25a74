import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ItemDetail } from '#contracts/items-api.ts';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';
import { loadDemo } from './support/demo.ts';

let app: TestApplication;
const windows: ConsoleWindow[] = [];
const open = async (...given: Parameters<typeof openConsole> extends [unknown, ...infer Rest] ? Rest : never) => {
  const console = await openConsole(app, ...given);
  windows.push(console);
  return console;
};

beforeAll(async () => {
  app = await startTestApplication();
  await loadDemo(app);
});
afterEach(async () => {
  for (const window of windows.splice(0)) await window.close();
});
afterAll(() => app.stop());

const taskIn = (page: Page): string => /\/queue\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
const itemOf = async (taskId: string): Promise<ItemDetail> => {
  const [row] = await app.database.database.query<{ item_id: string }>(
    'SELECT item_id FROM review_tasks WHERE id = $1',
    [taskId],
  );
  const admin = await app.personClient('admin');
  return (await admin.request<ItemDetail>(`/v1/items/${row?.item_id}`)).body;
};
const nextTask = async (page: Page, before = ''): Promise<string> => {
  await expect.poll(() => taskIn(page)).not.toBe(before);
  await page.getByRole('region', { name: 'Decision' }).waitFor();
  return taskIn(page);
};

describe('F1 F2 F4 F5: reviewing by keyboard alone', () => {
  it('takes the riskiest, looks, notes, removes, approves and skips without the mouse', async () => {
    const { page, person, ...console } = await open('reviewer');
    await console.open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.getByRole('list', { name: 'Waiting tasks, riskiest first' }).getByRole('link').first().waitFor();
    await page.keyboard.press('n');
    const first = await nextTask(page);

    // Covered for eyes and for screen readers, until space is pressed; and that is on record.
    const material = page.locator('[aria-hidden][inert]').filter({ has: page.locator('p') });
    expect(await material.count()).toBe(1);
    const revealed = () =>
      app.database.database.query(
        `SELECT 1 FROM audit_entries WHERE action = 'review-content-revealed' AND subject_id = $1`,
        [first],
      );
    expect(await revealed()).toEqual([]);
    await page.keyboard.press('Space');
    await expect.poll(() => material.count()).toBe(0);
    await expect.poll(async () => (await revealed()).length).toBe(1);

    await page.keyboard.press('c');
    await page.keyboard.type('Third time this week.');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('listitem').filter({ hasText: 'Third time this week.' }).waitFor();

    await page.keyboard.press('r');
    await page.getByRole('group', { name: 'Remove this item' }).waitFor();
    const chosen = page.getByRole('group', { name: 'Because of' }).locator('[aria-pressed="true"]');
    const suspected = await chosen.count();
    const free = page.getByRole('group', { name: 'Because of' }).locator('[aria-pressed="false"]').first();
    const added = (await textOf(free)).split('\n')[0] ?? '';
    await page.keyboard.press(String(suspected + 1));
    expect(await chosen.count()).toBe(suspected + 1);
    await page.keyboard.press('y');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Removed').waitFor();
    const second = await nextTask(page, first);
    const removed = await itemOf(first);
    expect(removed.outcome).toBe('remove');
    expect(removed.decisions[0]?.decidedBy).toMatchObject({ kind: 'reviewer', accountId: person.accountId });
    expect(removed.categories.map((key) => key.replaceAll('_', ' ')).join()).toContain(
      added.toLowerCase().replaceAll('-', ' '),
    );

    await page.keyboard.press('a');
    await page.getByRole('group', { name: 'Approve this item' }).waitFor();
    await page.keyboard.press('Enter');
    const third = await nextTask(page, second);
    expect((await itemOf(second)).outcome).toBe('approve');

    await page.keyboard.press('s');
    await page.getByRole('group', { name: 'Why do you leave it to somebody else?' }).waitFor();
    await page.keyboard.press('3');
    await nextTask(page, third);
    const [skipped] = await app.database.database.query<{ status: string }>(
      'SELECT status FROM review_tasks WHERE id = $1',
      [third],
    );
    expect(skipped?.status).toBe('open');
  });

  it('g and then a letter goes somewhere else, and never decides', async () => {
    const { page, ...console } = await open('lead');
    await console.open('/queue');
    await page.keyboard.press('n');
    const task = await nextTask(page);
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    expect((await itemOf(task)).outcome).toBe('review');
    // Left undecided, the task is free again for everybody else.
    await expect
      .poll(async () => {
        const rows = await app.database.database.query<{ claimed_by: string | null }>(
          'SELECT claimed_by FROM review_tasks WHERE id = $1',
          [task],
        );
        return rows[0]?.claimed_by;
      })
      .toBeNull();
  });

  it('a task in the hands of somebody else says whose it is', async () => {
    const one = await open('reviewer');
    await one.open('/queue');
    await one.page.keyboard.press('n');
    const task = await nextTask(one.page);
    const two = await open('reviewer');
    await two.page.goto(`/queue/${task}`);
    await two.page.getByText(/has (claimed )?this task until/).waitFor();
    expect(await two.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await two.page.keyboard.press('n');
    const other = await nextTask(two.page, task);
    expect(other).not.toBe(task);
  });

  it('a claim that ran out is explained, and can be taken again', async () => {
    const { page, ...console } = await open('reviewer', { expectedStatuses: [409] });
    await console.open('/queue');
    await page.keyboard.press('n');
    const task = await nextTask(page);
    await app.database.database.query(
      `UPDATE review_tasks SET claim_expires_at = now() - interval '1 second' WHERE id = $1`,
      [task],
    );
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Your claim on this task has run out.').waitFor();
    expect((await itemOf(task)).outcome).toBe('review');
    await page.keyboard.press('Escape');
  });

  it('a claim renews itself while somebody is at work, and says when it runs out', async () => {
    const { page, ...console } = await open('reviewer');
    await page.clock.install();
    await console.open('/queue');
    await page.keyboard.press('n');
    const task = await nextTask(page);
    const timer = page.getByRole('timer', { name: 'Time left on this task' });
    expect(await textOf(timer)).toMatch(/^(10:00|9:\d\d)$/);
    const renewed = page.waitForRequest((request) => request.url().endsWith(`/v1/review/tasks/${task}/extend`));
    await page.clock.fastForward(5.5 * 60_000);
    await page.keyboard.press('Shift');
    await page.clock.runFor(2_000);
    await renewed;
  });

  it('an empty queue is calm', async () => {
    const { page, ...console } = await open('reviewer');
    await console.open('/queue?bucket=appeals');
    await page.getByText('Nothing waits here.').waitFor();
    await page.keyboard.press('n');
    await page.getByText('Nothing waits for a person at the moment.').waitFor();
  });
});
