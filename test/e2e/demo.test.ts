import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';

let app: TestApplication;
beforeAll(async () => {
  app = await startTestApplication();
}, 60_000);
afterAll(() => app.stop());

describe('A1 B4 F1: the demo community through the real pipeline', () => {
  it('is taken in whole, decided every way, and leaves work for people', { timeout: 120_000 }, async () => {
    const admin = await app.personClient('admin');
    const started = await admin.request<{ total: number }>('/v1/demo', { method: 'POST' });
    expect(started.status).toBe(202);
    expect((await admin.request('/v1/demo', { method: 'POST' })).status).toBe(409);

    type Progress = { running: boolean; sent: number; failed: number; total: number };
    let progress: Progress;
    do {
      await new Promise((resolve) => setTimeout(resolve, 200));
      progress = (await admin.request<Progress>('/v1/demo')).body;
    } while (progress.running);
    expect(progress).toMatchObject({ sent: started.body.total, failed: 0, total: started.body.total });

    const outcomes = await app.database.database.query<{ outcome: string; count: number }>(
      'SELECT outcome, count(*)::int AS count FROM items GROUP BY outcome',
    );
    const byOutcome = Object.fromEntries(outcomes.map(({ outcome, count }) => [outcome, count]));
    expect(byOutcome.approve).toBeGreaterThan(150);
    expect(byOutcome.remove).toBeGreaterThan(10);
    const summary = await admin.request<{ open: number; byCategory: Record<string, number> }>('/v1/review/summary');
    expect(summary.body.open).toBe(byOutcome.review);
    expect(summary.body.open).toBeGreaterThan(5);
    expect(Object.keys(summary.body.byCategory).length).toBeGreaterThan(2);
  });

  it('A3 C2: has pictures, of which those with a bad text in them are not published', async () => {
    const pictures = await app.database.database.query<{ external_id: string; outcome: string }>(
      `SELECT i.external_id, i.outcome FROM items i JOIN item_media m ON m.item_id = i.id ORDER BY i.external_id`,
    );
    expect(pictures).toHaveLength(6);
    const outcomeOf = Object.fromEntries(pictures.map(({ external_id, outcome }) => [external_id, outcome]));
    expect(outcomeOf).toMatchObject({
      'demo-pictures-01': 'approve',
      'demo-pictures-05': expect.stringMatching(/remove|review/),
      'demo-pictures-06': expect.stringMatching(/remove|review/),
    });
  });

  it('removes or questions the waves of one text from many accounts', async () => {
    const waves = await app.database.database.query<{ outcome: string }>(
      `SELECT outcome FROM items WHERE account_id LIKE 'lucky_coin_%'`,
    );
    expect(waves).toHaveLength(9);
    expect(waves.filter(({ outcome }) => outcome === 'approve').length).toBeLessThanOrEqual(2);
  });
});
