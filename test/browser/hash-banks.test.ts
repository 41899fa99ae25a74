import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MediaAnswer } from '#contracts/media.ts';
import { startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { photoJpeg, uploadOf } from '#test/support/pictures.ts';
import { violationsOf } from './support/axe.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let console: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => console.close());
afterAll(() => app.stop());

const picture = async (seed: number) => ({
  name: 'photo.jpg',
  mimeType: 'image/jpeg',
  buffer: await photoJpeg(seed),
});

const post = async (file: Uint8Array): Promise<string> => {
  const platform = await app.keyClient();
  const { body } = await platform.request<MediaAnswer>('/v1/media', uploadOf(file));
  const parts = [{ id: 'photo', kind: 'image', mediaId: body.mediaId }];
  return (await submit(platform, { account: { id: 'copier' }, surface: 'post', deadlineMs: 30_000, parts })).itemId;
};

const makeBank = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: 'New bank' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Make bank' }).click();
  await page.getByRole('heading', { name }).waitFor();
  await page.getByText('The bank is empty').waitFor();
};

const save = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('saved').waitFor();
};

describe('B7: hash banks in the console', () => {
  it('a bank is made, filled by a picture, watched in quarantine, and then acts', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.getByRole('heading', { name: 'Hash banks' }).waitFor();
    await page.getByText('No bank yet').waitFor();
    await makeBank(page, 'Removed before');
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('button', { name: 'Add entries' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('A picture', { exact: true }).click();
    await dialog.locator('input[type="file"]').setInputFiles(await picture(31));
    await dialog.getByText(/640 × 480/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const entries = page.getByRole('table', { name: 'Entries' });
    await entries.waitFor();
    expect(await entries.getByRole('row').count()).toBe(4);
    expect(await violationsOf(page)).toEqual([]);

    // In quarantine it only records; turned around, the picture is still known.
    const watched = await post(await photoJpeg(31));
    await console.open('/banks/bank/removed_before/matches');
    await page.getByRole('row').filter({ hasText: 'Only recorded' }).waitFor();
    const [decision] = await app.database.database.query<{ outcome: string }>(
      'SELECT outcome FROM decisions WHERE item_id = $1',
      [watched],
    );
    expect(decision?.outcome).toBe('approve');

    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: 'Active' }).check();
    await page.getByRole('combobox', { name: 'An exact match' }).click();
    await page.getByRole('option', { name: 'Block' }).click();
    expect(await violationsOf(page)).toEqual([]);
    await save(page);
    const blocked = await post(await photoJpeg(31));
    await console.open(`/items/${blocked}`);
    await page.getByRole('heading', { name: 'Known content' }).waitFor();
    await page.getByText('Removed, whatever the models say.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'removed_before' }).first().click();
    await page.getByRole('heading', { name: 'Removed before' }).waitFor();
  });

  it('a list is imported: faulty lines are named and the rest kept, or nothing is', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    await console.open('/banks');
    await makeBank(page, 'From outside');
    const list = [
      'algorithm,hash',
      `sha256,${'a'.repeat(64)}`,
      'sha256,nonsense',
      `pdq,${'b'.repeat(64)}`,
      `crc,${'c'.repeat(8)}`,
    ].join('\n');
    const importList = async () => {
      const dialog = page.getByRole('dialog');
      await dialog
        .locator('input[type="file"]')
        .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
      await dialog.getByText('list.csv').waitFor();
      await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    };
    await page.getByRole('button', { name: 'Import' }).first().click();
    await page.getByRole('radio', { name: 'Take nothing' }).check();
    expect(await violationsOf(page)).toEqual([]);
    await importList();
    await page.getByRole('alert').getByText('Nothing was written').waitFor();
    const faults = page.getByRole('list', { name: 'Faulty lines' });
    expect(await textOf(faults)).toMatch(/Line 3:[\s\S]*Line 5:/);
    expect(await violationsOf(page)).toEqual([]);
    const stored = () => app.database.database.query(`SELECT 1 FROM hash_bank_entries WHERE bank_id = 'from_outside'`);
    expect(await stored()).toEqual([]);

    await page.getByRole('button', { name: 'Import another' }).click();
    await page.getByRole('radio', { name: 'Take the good lines' }).check();
    await importList();
    await page.getByText('Taken, but for the faulty lines').waitFor();
    expect((await stored()).length).toBe(2);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('table', { name: 'Entries' }).getByRole('row').nth(2).waitFor();

    await page.getByLabel('Find a hash').fill('bbbb');
    await page.getByText('A hash has 32 or 64 hexadecimal digits.').waitFor();
    await page.getByLabel('Find a hash').fill('B'.repeat(64));
    await expect.poll(() => page.getByRole('table', { name: 'Entries' }).getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: /^Remove b/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No entry matches').waitFor();
    expect((await stored()).length).toBe(1);
  });

  it('a hash or a picture is looked up in every bank', async () => {
    console = await openConsole(app, 'analyst');
    const { page } = console;
    await console.open('/banks/look-up');
    await page.getByLabel('Hash', { exact: true }).fill('xyz');
    await page.getByText('A hash has 32 or 64 hexadecimal digits.').waitFor();
    await page.getByLabel('Hash', { exact: true }).fill('d'.repeat(64));
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByText('No bank knows it').waitFor();
    await page.locator('input[type="file"]').setInputFiles(await picture(31));
    const results = page.getByRole('table', { name: 'Banks that know it' });
    await results.getByRole('link', { name: 'Removed before' }).first().waitFor();
    expect(await textOf(results)).toContain('the same file');
    expect(await violationsOf(page)).toEqual([]);
  });

  it("somebody else's change in between is not written over unseen", async () => {
    const admin = await app.personClient('admin');
    console = await openConsole(app, 'admin', { expectedStatuses: [409] });
    const { page } = console;
    await console.open('/banks/bank/from_outside/settings');
    await page.getByLabel('Description').fill('Mine');
    const { body } = await admin.request<{ revision: number }>('/v1/hash-banks/from_outside');
    await admin.request('/v1/hash-banks/from_outside', {
      method: 'PATCH',
      body: { description: 'Theirs', revision: body.revision },
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('button', { name: 'Load their version, dropping mine' }).click();
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('Theirs');
    await page.getByLabel('Description').fill('Both');
    await save(page);
    const after = await admin.request<{ description: string }>('/v1/hash-banks/from_outside');
    expect(after.body.description).toBe('Both');
  });

  it('abuse material is withheld: an exact match from everybody, a likeness from all but legal', async () => {
    const admin = await app.personClient('admin');
    const bank = { id: 'abuse', name: 'Abuse', kind: 'csam' };
    expect((await admin.request('/v1/hash-banks', { method: 'POST', body: bank })).status).toBe(201);
    const known = await photoJpeg(41);
    const { body: media } = await admin.request<MediaAnswer>('/v1/media', uploadOf(known));
    await admin.request('/v1/hash-banks/abuse/entries', { method: 'POST', body: { mediaId: media.mediaId } });
    const exact = await post(known);
    const alike = await post(await sharp(known).resize(500).jpeg({ quality: 60 }).toBuffer());
    const coverOf = async (role: 'lead' | 'legal', itemId: string) => {
      console = await openConsole(app, role);
      await console.open(`/items/${itemId}`);
      const withheld = console.page.getByText('Withheld', { exact: true });
      const uncover = console.page.getByRole('button', { name: 'Uncover' });
      await withheld.or(uncover).waitFor();
      const found = [await withheld.count(), await uncover.count()];
      expect(await violationsOf(console.page)).toEqual([]);
      if (role === 'legal' && itemId === alike) {
        await uncover.click();
        await console.page.getByRole('img', { name: /Picture of part/ }).waitFor();
      }
      await console.close();
      return found;
    };
    expect(await coverOf('lead', exact)).toEqual([1, 0]);
    expect(await coverOf('legal', exact)).toEqual([1, 0]);
    expect(await coverOf('lead', alike)).toEqual([1, 0]);
    expect(await coverOf('legal', alike)).toEqual([0, 1]);

    console = await openConsole(app, 'legal');
    await console.open('/banks/reports');
    await console.page.getByRole('row').filter({ hasText: 'Queued, not filed' }).waitFor();
    expect(await violationsOf(console.page)).toEqual([]);
    await console.open('/queue');
    await console.page.keyboard.press('n');
    await console.page.getByRole('button', { name: 'Uncover' }).waitFor();
  });

  it('roles see what is theirs: legal no changes, reviewers no banks at all', async () => {
    console = await openConsole(app, 'legal');
    await console.open('/banks');
    await console.page.getByRole('table', { name: 'Hash banks' }).waitFor();
    expect(await console.page.getByRole('button', { name: 'New bank' }).count()).toBe(0);
    await console.close();
    console = await openConsole(app, 'reviewer');
    await console.open('/banks');
    await console.page.getByText('Not for your role').waitFor();
    expect(await console.page.getByRole('link', { name: 'Hash banks' }).count()).toBe(0);
  });
});
