import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titlePartId } from '#contracts/item.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { detailOf } from './support/items.ts';

const texts = JSON.parse(readFileSync(new URL('../fixtures/texts.json', import.meta.url), 'utf8')) as Record<
  'benign' | 'hateful' | 'spammy' | 'ambiguous',
  string
>;

let app: TestApplication;
let platform: Client;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());

describe('E1 E5: nothing is published unseen', () => {
  it('records a host whose name is cut in the middle of a letter', async () => {
    const gothic = '\u{10330}'.repeat(14);
    const host = [`a${gothic}`, gothic, gothic, gothic, 'com'].join('.');
    const { itemId } = await submit(platform, comment(`see http://${host}/x now`));
    expect((await detailOf(platform, itemId)).decisions).toHaveLength(1);
  });

  it('looks at the title as at any other text', async () => {
    const { itemId, display } = await submit(platform, comment(texts.benign, { title: texts.hateful }));
    expect(['under_review', 'removed']).toContain(display);
    const [decision] = (await detailOf(platform, itemId)).decisions;
    const signals = decision!.trace.filter(({ partId }) => partId === titlePartId);
    expect(signals.map(({ detector }) => detector)).toContain('text-classifier');
    expect(signals.flatMap(({ evidence }) => evidence).length).toBeGreaterThan(0);
    expect(decision!.facts.partKinds).toContainEqual({ id: titlePartId, kind: 'text' });
  });
});
