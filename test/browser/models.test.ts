import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { violationsOf } from './support/axe.ts';
import { type ConsoleWindow, openConsole, textOf } from './support/browser.ts';

let app: TestApplication;
let console: ConsoleWindow;
beforeAll(async () => {
  app = await startTestApplication();
});
afterEach(() => console.close());
afterAll(() => app.stop());

/** A busy machine draws late. */
const patience = { timeout: 15_000 };
const report = '/models/model/text-ngram/report';

describe('I4 H4: what the models can tell, and what thresholds would do', () => {
  it('every installed model stands in a list with what it judges, and its card has limits and training data', async () => {
    console = await openConsole(app, 'analyst');
    const { page } = console;
    await console.open('/models');
    const list = await textOf(page.getByRole('table', { name: 'Models' }));
    expect(list).toMatch(/N-gram stage.*Hate speech.*English/s);
    expect(list).toMatch(/Explicit pictures, first look.*2\.8 MB.*Not measured/s);
    expect(await textOf(page.locator('main'))).toContain('there is never a score for truth');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'N-gram stage' }).click();
    await page.getByRole('tab', { name: 'Card' }).click();
    await page.getByRole('heading', { name: 'Known limits' }).waitFor();
    expect(await textOf(page.getByRole('table', { name: 'Training data' }))).toContain('CC BY 4.0');
    expect(await textOf(page.getByRole('table', { name: 'Figures on development data' }))).toMatch(/Spam\s+[\d,]+/);
    expect(await textOf(page.locator('main'))).toMatch(/sha256 [0-9a-f]{64}/);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('thresholds are moved by keyboard and show what would change; the policy stays as it is', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open(`${report}?label=spam`);
    const sentence = page.getByText(/^At 0\.\d\d: [\d.]+\s% of violations found, .+ of posts go to people\.$/);
    const before = await textOf(sentence);
    const table = page.getByRole('table', { name: 'What the thresholds do' });
    expect(await textOf(table)).not.toContain('Now');
    const review = page.getByRole('slider', { name: 'Review threshold, Spam' });
    const start = Number(await review.getAttribute('aria-valuenow'));
    await review.focus();
    for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowRight');
    await page.getByText(`At ${(start + 0.2).toFixed(2)}:`).waitFor();
    expect(await textOf(sentence)).not.toBe(before);
    const rows = await textOf(table);
    expect(rows).toContain('Now');
    expect(rows).toMatch(/Violations found.*−[\d.]+/s);
    expect(await violationsOf(page)).toEqual([]);

    const people = (text: string): number => Number(/([\d.]+)\s% of posts go to people/.exec(text)?.[1]);
    const rare = people(await textOf(sentence));
    await page.getByLabel('Posts that violate').fill('20');
    await expect.poll(async () => people(await textOf(sentence)), patience).toBeGreaterThan(rare);
    await page.getByRole('button', { name: 'Back to the policy' }).click();
    expect(await textOf(sentence)).toBe(before);

    await page.getByRole('combobox', { name: 'What is to be told' }).click();
    await page.getByRole('option', { name: 'Self-harm' }).click();
    await page.getByText(/There are only \d+ violating items/).waitFor();
    expect(new URL(page.url()).searchParams.get('label')).toBe('self_harm');
    expect(await textOf(page.getByRole('table', { name: 'Where it is better and worse' }))).toContain(
      '8 words or fewer',
    );
    await page.getByRole('link', { name: 'Change it in the policy' }).click();
    await page.getByRole('heading', { name: 'Policy', level: 1 }).waitFor();
  });

  it('the editor of the policy says the same under its thresholds', async () => {
    console = await openConsole(app, 'policy');
    const { page } = console;
    await console.open('/policy/categories');
    const line = page.getByText(/On the model's test data.+ with 1\s% violating: [\d.]+\s% of violations found/);
    const before = await textOf(line);
    const review = page.getByRole('slider', { name: /^Review threshold/ });
    await review.focus();
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(() => textOf(line), patience).not.toBe(before);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('a model that nobody measured says so and gives its limits', async () => {
    console = await openConsole(app, 'lead');
    const { page } = console;
    await console.open('/models/model/image-nsfw');
    await page.getByRole('heading', { name: 'Nobody has measured this model here' }).waitFor();
    expect(await textOf(page.locator('main'))).toContain('says nothing about age or consent');
    expect(await violationsOf(page)).toEqual([]);
  });

  it('what cannot be loaded is said with a way on; a model that is not there is not found', async () => {
    console = await openConsole(app, 'lead', { expectedStatuses: [500] });
    const { page } = console;
    let broken = true;
    await page.route('**/v1/models/text-ngram/report', (route) =>
      broken ? route.fulfill({ status: 500, body: 'out of order' }) : route.fallback(),
    );
    await page.goto(report);
    await page.getByRole('alert').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: /What thresholds would do/ }).waitFor();
    await page.goto('/models/model/nothing');
    await page.getByRole('heading', { name: 'No such model is installed' }).waitFor();
  });

  it('decisions of people are compared with the machine from thirty on; before, it says how many there are', async () => {
    console = await openConsole(app, 'admin');
    const { page } = console;
    await console.open('/models/decisions');
    await page.getByRole('heading', { name: 'Not enough decisions yet' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);

    // The report is computed once a minute, and again under another policy: here one that leaves removals of spam to people.
    const admin = await app.personClient('admin');
    const { body: policy } = await admin.request<{
      version: number;
      document: { categories: { spam: { automation: unknown } } };
    }>('/v1/policy');
    policy.document.categories.spam.automation = { remove: 'person', approve: 'auto' };
    const published = { document: policy.document, basedOn: policy.version };
    expect((await admin.request('/v1/policy/versions', { body: published })).status).toBe(201);
    const platform = await app.keyClient();
    const reviewer = await app.personClient('reviewer');
    for (let number = 0; number < 34; number += 1) {
      await submit(
        platform,
        comment(`Subscribe to my channel please, link number ${number} in my bio http://shop${number}.example`),
      );
    }
    let decided = 0;
    for (;;) {
      const { status, body } = await reviewer.request<{ id: string }>('/v1/review/next', { body: {} });
      if (status === 204) break;
      const decision = decided % 2 === 0 ? { outcome: 'remove', categories: ['spam'] } : { outcome: 'approve' };
      await reviewer.request(`/v1/review/tasks/${body.id}/decide`, { body: decision });
      decided += 1;
    }
    expect(decided).toBeGreaterThanOrEqual(30);
    await console.open('/models/decisions?label=spam');
    await page.getByRole('heading', { name: 'What thresholds would do: Spam' }).waitFor();
    expect(await page.getByLabel('Posts that violate').count()).toBe(0);
    expect(await textOf(page.locator('main'))).toContain('Only items that people reviewed are in it');
    expect(await violationsOf(page)).toEqual([]);
  });

  it('reviewers have no use for it', async () => {
    console = await openConsole(app, 'reviewer');
    await console.open('/models');
    await console.page.getByRole('heading', { name: 'Not for your role' }).waitFor();
    expect(await console.page.getByRole('link', { name: 'Models' }).count()).toBe(0);
    expect(await violationsOf(console.page)).toEqual([]);
  });
});
