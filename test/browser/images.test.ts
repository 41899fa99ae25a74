import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MediaAnswer } from '#contracts/media.ts';
import { publishPolicy } from '#test/e2e/support/policies.ts';
import { startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { photoJpeg, pictureFixture, uploadOf } from '#test/support/pictures.ts';
import { violationsOf } from './support/axe.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let console: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
  // The model would remove the meme by itself: people are to see it.
  await publishPolicy(await app.personClient('policy'), ({ categories }) => {
    categories.hate_speech!.automation.remove = 'person';
  });
});
afterEach(() => console.close());
afterAll(() => app.stop());

const meme = { name: 'meme.jpg', mimeType: 'image/jpeg', buffer: pictureFixture('meme-hateful.jpg') };
const choose = (page: Page, file: typeof meme) => page.locator('input[type="file"]').setInputFiles(file);
const looks = async (): Promise<number> =>
  (await app.database.database.query(`SELECT 1 FROM audit_entries WHERE action = 'media-revealed'`)).length;

/** Posts a picture as a platform does, with words beside it. */
const post = async (pictures: readonly Uint8Array[]): Promise<string> => {
  const platform = await app.keyClient();
  const parts: object[] = [{ id: 'body', kind: 'text', text: 'Look at this' }];
  for (const [index, file] of pictures.entries()) {
    const { body } = await platform.request<MediaAnswer>('/v1/media', uploadOf(file, { fileName: 'meme.png' }));
    parts.push({ id: `photo-${index + 1}`, kind: 'image', mediaId: body.mediaId });
  }
  const item = { account: { id: 'painter' }, surface: 'post', deadlineMs: 30_000, parts };
  return (await submit(platform, item)).itemId;
};

describe('A3 C2 F5: pictures in Try it', () => {
  it('are chosen, sent, judged by the text in them, and stay covered until somebody looks', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/try');
    await choose(page, meme);
    await page.getByText(/640 × 480 · JPEG/).waitFor();
    await page.keyboard.press('Control+Enter');
    const verdict = page.getByRole('region', { name: 'Decision' });
    await verdict.waitFor();
    expect(await textOf(verdict)).toMatch(/hate speech/i);
    await page.getByRole('heading', { name: 'What the image model sees' }).waitFor();

    expect(await page.getByRole('img', { name: /Picture of part/ }).count()).toBe(0);
    expect(await page.getByRole('list', { name: 'Found in the picture' }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('heading', { name: 'Picture', exact: true }).click();
    await page.keyboard.press('Space');
    await page.getByRole('img', { name: /Picture of part/ }).waitFor();
    const lines = page.getByRole('list', { name: 'Found in the picture' });
    expect((await textOf(lines)).toUpperCase()).toContain('VERMIN');
    await lines.locator('mark').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    // Whoever tries out their own picture needs no entry for looking at it.
    expect(await looks()).toBe(0);
    expect(await app.database.database.query('SELECT 1 FROM items')).toEqual([]);
  });

  it('that are none are refused with a reason, and can be replaced', async () => {
    console = await openConsole(app, 'policy', { expectedStatuses: [415] });
    const { page } = console;
    await console.open('/try');
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    await choose(page, { name: 'drawing.png', mimeType: 'image/png', buffer: svg });
    await page
      .getByRole('alert')
      .getByText(/not a picture/)
      .waitFor();
    await page.getByRole('button', { name: 'Remove the picture' }).click();
    await page.getByRole('button', { name: 'Choose a picture' }).waitFor();
    await choose(page, { ...meme, name: 'note.png', mimeType: 'image/png', buffer: pictureFixture('note.png') });
    await page.getByText(/PNG/).first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('can be dropped and pasted', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/try');
    const transfer = await page.evaluateHandle(`(() => {
      const bytes = Uint8Array.from(atob('${meme.buffer.toString('base64')}'), (character) => character.charCodeAt(0));
      globalThis.carried = new DataTransfer();
      carried.items.add(new File([bytes], 'carried.jpg', { type: 'image/jpeg' }));
      return carried;
    })()`);
    const zone = page.getByRole('button', { name: 'Choose a picture' });
    await zone.dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByText('carried.jpg').waitFor();
    await page.getByText(/640 × 480/).waitFor();
    await page.getByRole('button', { name: 'Remove the picture' }).click();
    await zone.waitFor();
    await page.evaluate(
      `document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true }))`,
    );
    await page.getByText(/640 × 480/).waitFor();
  });
});

describe('F3 F4 F5: looking at pictures', () => {
  it('an item shows nothing before somebody decides to look, and the look is on record', async () => {
    const itemId = await post([meme.buffer, await photoJpeg(21)]);
    console = await openConsole(app, 'lead');
    const { page } = console;
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/preview')) asked.push(request.url());
    });
    await console.open(`/items/${itemId}`);
    await page.getByRole('button', { name: 'Uncover' }).waitFor();
    expect(asked).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);
    const before = await looks();

    await page.keyboard.press('Space');
    const picture = page.getByRole('img', { name: 'Picture of part photo-1' });
    await picture.waitFor();
    expect(await looks()).toBe(before + 1);
    // One at a time: the second picture has not been asked for.
    expect(asked.length).toBe(1);
    await page.getByText('About the file').click();
    await page.getByText('Extension differs from the type').waitFor();
    await page.getByRole('button', { name: 'Copy PDQ' }).waitFor();
    expect(await page.getByRole('link', { name: /download/i }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);

    await page.keyboard.press(']');
    await page.getByRole('img', { name: 'Picture of part photo-2' }).waitFor();
    expect(await looks()).toBe(before + 2);
    await page.getByText('No text was found in it.').waitFor();
  });

  it('is done by keyboard at the desk: frames, grey, blur, zoom; a line leads to its frame', async () => {
    await post([meme.buffer]);
    console = await openConsole(app, 'reviewer');
    const { page } = console;
    await console.open('/queue');
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'Uncover' }).waitFor();
    await page.keyboard.press('Space');
    const picture = page.getByRole('img', { name: /Picture of part/ });
    await picture.waitFor();

    const filter = () =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('img[alt^="Picture of part"]')).filter`);
    const pressed = (name: string) => page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');
    expect(await pressed('Grey')).toBe('true');
    expect(await filter()).toContain('grayscale');
    await page.keyboard.press('m');
    expect(await filter()).toBe('none');
    await page.keyboard.press('l');
    expect(await filter()).toContain('blur');
    await page.keyboard.press('l');

    const width = async () => (await picture.boundingBox())?.width ?? 0;
    const fitted = await width();
    await page.keyboard.press('+');
    await expect.poll(width).toBeGreaterThan(fitted * 1.2);
    await page.keyboard.press('0');
    await expect.poll(width).toBe(fitted);

    const frames = page.locator('[data-found][aria-hidden]');
    expect(await frames.count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Show 2 in the picture' }).focus();
    await page.locator('span[aria-hidden][data-active]').waitFor();
    await page.keyboard.press('v');
    await expect.poll(() => frames.count()).toBe(0);

    await page.getByRole('heading', { name: 'Language models' }).waitFor();
    await page.getByText('No language model is set up here.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    // Covered again, nothing of it is left on the screen.
    await page.keyboard.press('b');
    await expect.poll(() => picture.count()).toBe(0);
  });
});
