import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemAnswer, ItemDetail } from '#contracts/items-api.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import type { Problem } from '#contracts/problem.ts';
import { type Client, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { photoJpeg, pictureFixture, uploadOf } from '#test/support/pictures.ts';
import { signalOf } from './support/trace.ts';

let app: TestApplication;
let platform: Client;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());

const upload = async (client: Client, file: Uint8Array, name?: string): Promise<MediaAnswer> => {
  const answer = await client.request<MediaAnswer>('/v1/media', {
    ...uploadOf(file, name === undefined ? {} : { fileName: name }),
  });
  if (answer.status !== 201) throw new Error(`upload answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

const picture = (mediaId: string, overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  account: { id: 'painter' },
  surface: 'post',
  parts: [{ id: 'photo', kind: 'image', mediaId }],
  deadlineMs: 30_000,
  ...overrides,
});

const detailOf = async (itemId: string, client: Client = platform): Promise<ItemDetail> =>
  (await client.request<ItemDetail>(`/v1/items/${itemId}`)).body;

describe('A3: a picture', () => {
  it('is uploaded, told of, named by an item, and decided', async () => {
    const media = await upload(platform, await photoJpeg(1));
    expect(media).toMatchObject({ type: 'image/jpeg', width: 640, height: 480, frames: 1 });
    expect(media.sha256).toMatch(/^[0-9a-f]{64}$/);
    const answer = await submit(platform, picture(media.mediaId));
    const detail = await detailOf(answer.itemId);
    expect(answer).toMatchObject({ display: 'published' });
  });

  it('with hateful words in it is caught by its words', async () => {
    const media = await upload(platform, pictureFixture('meme-hateful.jpg'));
    const answer: ItemAnswer = await submit(platform, picture(media.mediaId));
    const detail = await detailOf(answer.itemId);
    const reader = signalOf(detail.decisions[0]!, 'image-text');
    expect(answer.decision.categories).toContain('hate_speech');
  });

  it('that nobody has sent is refused, naming the part', async () => {
    const answer = await platform.request<Problem>('/v1/items', {
      body: picture('00000000-0000-7000-8000-000000000000'),
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.[0]?.path).toBe('parts[0].mediaId');
  });
});
