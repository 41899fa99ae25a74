import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyVersion } from '#contracts/policies-api.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let platform: Client;
let console: ConsoleWindow;
/** The removal threshold of harassment in the policy that ships. */
let removal: number;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
});
afterEach(() => console.close());
afterAll(() => app.stop());

const activeVersion = async (): Promise<PolicyVersion> =>
  (await (await app.personClient('admin')).request<PolicyVersion>('/v1/policy')).body;

const setThresholds = async (category: string, review: string, remove: string) => {
  const { page } = console;
  await page.getByRole('navigation', { name: 'Categories' }).getByRole('button', { name: category }).click();
  await page.getByLabel('Remove from').fill(remove);
  await page.getByLabel('Review from').fill(review);
  await page.keyboard.press('Tab');
};
const publish = async (note: string) => {
  const { page } = console;
  await page.getByRole('region', { name: 'Draft' }).getByText('Valid').waitFor();
  await page.getByRole('button', { name: 'Publish …' }).click();
  await page.getByRole('dialog').getByLabel('Note').fill(note);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Publish version/ })
    .click();
};

describe('E1 H1 H2: the policy in the console', () => {
  it('a published threshold counts for the next decision', async () => {
    removal = (await activeVersion()).document.categories.harassment?.remove ?? 0;
    const before = await submit(platform, comment('The harbour is quiet tonight.', { account: { id: 'policy-1' } }));
    expect(before.decision.outcome).toBe('approve');
    console = await openConsole(app, 'policy');
    await console.open('/policy');
    await setThresholds('Harassment', '0.00', '0.00');
    await publish('Everything counts as harassment');
    await console.page.getByRole('alert').getByText('Version 2 is active').waitFor();
    const after = await submit(platform, comment('The harbour was quiet again.', { account: { id: 'policy-2' } }));
    expect(after.decision).toMatchObject({ policyVersion: 2, outcome: 'remove' });
    expect(after.decision.categories).toContain('harassment');
  });

  it('a faulty source is refused with its line and reason, and an override can be drawn up', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/policy/source');
    const source = page.getByRole('textbox', { name: 'Policy as YAML' });
    const text = await source.inputValue();
    const threshold = /review: 0\.\d+/;
    const line = text.slice(0, text.search(threshold)).split('\n').length;
    await source.fill(text.replace(threshold, 'review: 1.75'));
    const draft = page.getByRole('region', { name: 'Draft' });
    await draft.getByText(/\d faults?$/).waitFor();
    await draft.getByText(`line ${line}`).first().waitFor();
    expect(await textOf(draft)).toContain('categories.hate_speech.review');
    expect(await page.getByRole('button', { name: 'Publish …' }).isDisabled()).toBe(true);
    await source.fill(`${text.replace(threshold, 'review: 0.2')}\n# kept\n`);
    await draft.getByText('Valid').waitFor();

    await page.getByRole('tab', { name: 'Overrides' }).click();
    await page.getByRole('button', { name: 'Add override' }).click();
    await draft.getByText('Valid').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await draft.waitFor({ state: 'detached' });
  });

  it('publishing over a newer version is refused, shown against it, and possible on purpose', async () => {
    console = await openConsole(app, 'policy', { expectedStatuses: [409] });
    await console.open('/policy');
    await setThresholds('Violence', '0.66', '0.91');
    const active = await activeVersion();
    const admin = await app.personClient('admin');
    const meanwhile = await admin.request('/v1/policy/versions', {
      body: { document: { ...active.document, description: 'Meanwhile' }, note: 'first', basedOn: active.version },
    });
    expect(meanwhile.status).toBe(201);
    await publish('second');
    const dialog = console.page.getByRole('dialog');
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('button', { name: `Publish over version ${active.version + 1}` }).click();
    await dialog.getByRole('button', { name: `Publish version ${active.version + 2}` }).click();
    await expect.poll(async () => (await activeVersion()).version).toBe(active.version + 2);
    expect((await activeVersion()).document.categories.violence?.review).toBe(0.66);
  });

  it('an earlier version is compared with the active one, and comes back as a new one', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    const { version } = await activeVersion();
    await console.open('/policy/versions');
    await page.getByRole('button', { name: 'Compare 1', exact: true }).click();
    await page.getByRole('dialog').getByText('remove: 0', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: `Publish 1 again as ${version + 1}` }).click();
    await expect.poll(async () => (await activeVersion()).version).toBe(version + 1);
    expect((await activeVersion()).document.categories.harassment?.remove).toBe(removal);
  });

  it('is exported as the file that can be imported again', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/policy');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    const path = await file.path();
    await page.locator('input[type=file]').setInputFiles(path);
    await page.getByRole('region', { name: 'Draft' }).getByText('Valid').waitFor();
    await page.getByRole('button', { name: 'Publish …' }).click();
    await page.getByRole('dialog').getByText('Nothing differs.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  it('somebody who may not publish can read it, and change nothing', async () => {
    console = await openConsole(app, 'reviewer');
    await console.open('/policy');
    expect(await console.page.getByLabel('Review from').isDisabled()).toBe(true);
    expect(await console.page.getByRole('button', { name: 'Import' }).count()).toBe(0);
  });
});
