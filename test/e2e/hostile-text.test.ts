import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemAnswer } from '#contracts/items-api.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';

let app: TestApplication;
let platform: Client & { keyId: string };

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());

const part = (text: string, id = 'body') => ({ id, kind: 'text', text });

describe('A1: what looks hostile and is only text', () => {
  const texts = [
    `Robert'); DROP TABLE items; -- `,
    '{{7*7}} $' + '{7*7} <%= 7*7 %> #{7*7}',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '%00%0d%0aSet-Cookie: a=b',
    '\u202e\u2066 reversed \u2069 and \u200b\ufeff hidden',
    `combining ${'e\u0301\u0302\u0303'.repeat(200)}`,
    '\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66 \ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f',
    '\u0001\u0002\u001b[31m\u007f\u0085 control characters',
    '../../../../etc/passwd \\\\server\\share',
    'a'.repeat(200_000),
  ];

  it('is taken, decided and given back as it was', async () => {
    for (const text of texts) {
      const { itemId } = await submit(platform, comment(text, { title: text.slice(0, 500) }));
      const { body } = await platform.request<{ content: { parts: { text: string }[] } }>(`/v1/items/${itemId}`);
      expect(body.content.parts[0]?.text).toBe(text);
    }
  });

  it('finds nothing it should not, whatever is searched for', async () => {
    for (const text of [...texts.slice(0, 8), `' OR 1=1 --`, `a' & !b | (`, ':*', '\\'])
      expect((await platform.request(`/v1/items?text=${encodeURIComponent(text.slice(0, 200))}`)).status).toBe(
        text.includes('\u0000') ? 422 : 200,
      );
    const stranger = await app.keyClient();
    const { body } = await stranger.request<{ entries: unknown[] }>(
      `/v1/items?accountId=${encodeURIComponent("' OR '1'='1")}`,
    );
    expect(body.entries).toEqual([]);
  });

  it('takes fields with the names that objects have by themselves for what they are', async () => {
    const metadata = { constructor: 'a name', valueof: 1 };
    const { itemId } = await submit(
      platform,
      comment('A harmless remark about the weather today', {
        metadata,
        surface: 'constructor',
        account: { id: '__proto__' },
      }),
    );
    const { body } = await platform.request<{ content: { metadata: unknown; account: unknown } }>(
      `/v1/items/${itemId}`,
    );
    expect(body.content).toMatchObject({ account: { id: '__proto__' } });
    expect(Object.entries(body.content.metadata as object).toSorted()).toEqual(Object.entries(metadata).toSorted());
  });

  it('does not take many parts, each at its limit, for too much', async () => {
    const parts = Array.from({ length: 9 }, (_, n) => part('word '.repeat(40_000), `p${n}`));
    const answer = await platform.request<ItemAnswer>('/v1/items', {
      body: comment('', { parts, deadlineMs: 30_000 }),
    });
    expect(answer.status).toBe(200);
  });
});
