import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ItemAnswer } from '#contracts/items-api.ts';
import type { Problem } from '#contracts/problem.ts';
import { CommitUnconfirmed, DatabaseUnavailable } from '#platform/database/database-errors.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';

const { benign } = JSON.parse(readFileSync(new URL('../fixtures/texts.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

let app: TestApplication;
let platform: Client;
let posts = 0;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
  // Loads the configuration, which has a transaction of its own.
  await submit(platform, comment(benign!));
}, 60_000);
afterAll(() => app.stop());
beforeEach(() => {
  posts += 1;
  vi.restoreAllMocks();
});

const post = () => comment(benign!, { externalId: `post-${posts}`, deadlineMs: 20_000 });
const itemsOfPost = async (): Promise<number> => {
  const [row] = await app.application.database.query<{ count: number }>(
    'SELECT count(*) AS count FROM items WHERE external_id = $1',
    [`post-${posts}`],
  );
  return row!.count;
};
const decisionsOf = (itemId: string) =>
  app.application.database.query('SELECT 1 FROM decisions WHERE item_id = $1', [itemId]);

/** The next transaction goes as it goes, or not at all, and nobody hears how it ended. */
const loseNextCommit = (kept: boolean): void => {
  const { database } = app.application;
  const real = database.transaction.bind(database);
  vi.spyOn(database, 'transaction').mockImplementationOnce(async (work, options) => {
    if (kept) await real(work, options);
    throw new CommitUnconfirmed();
  });
};

describe('E4 K2: a connection that breaks during the commit', () => {
  it('answers with the decision that was kept, and keeps it once', async () => {
    loseNextCommit(true);
    const { itemId, display } = await submit(platform, post());
    expect(display).toBe('published');
    expect(await itemsOfPost()).toBe(1);
    expect(await decisionsOf(itemId)).toHaveLength(1);
  });

  it('writes what was not kept', async () => {
    loseNextCommit(false);
    await submit(platform, post());
    expect(await itemsOfPost()).toBe(1);
  });

  it('takes an edit that was kept for done', async () => {
    const { itemId } = await submit(platform, post());
    loseNextCommit(true);
    const edited = await platform.request<ItemAnswer>(`/v1/items/${itemId}`, { method: 'PUT', body: post() });
    expect(edited.status, JSON.stringify(edited.body)).toBe(200);
    expect(edited.body.version).toBe(2);
    expect(await decisionsOf(itemId)).toHaveLength(2);
  });

  it('fails one item of a batch, and answers the others', async () => {
    const { items } = app.application;
    const real = items.submit.bind(items);
    vi.spyOn(items, 'submit').mockImplementation((submission, ...rest) =>
      submission.account.id === 'unlucky'
        ? Promise.reject(new DatabaseUnavailable('gone', 'wait'))
        : real(submission, ...rest),
    );
    const answer = await platform.request<{ results: { status: number }[] }>('/v1/items/batch', {
      body: { items: [post(), { ...post(), account: { id: 'unlucky' } }, post()] },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.results.map(({ status }) => status)).toEqual([200, 503, 200]);
    expect(await itemsOfPost()).toBe(2);
  });

  it('says that it does not know where the database stays away', async () => {
    loseNextCommit(true);
    const { database } = app.application;
    const real = database.query.bind(database);
    const gone = vi
      .spyOn(database, 'query')
      .mockImplementation((text, values) =>
        text.includes('FROM decisions') ? Promise.reject(new DatabaseUnavailable('gone', 'wait')) : real(text, values),
      );
    const answer = await platform.request<Problem>('/v1/items', { body: post() });
    gone.mockRestore();
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toContain('may be there');
    expect(answer.body.remedy).toContain('idempotency key');
    expect(await itemsOfPost()).toBe(1);
  });
});
