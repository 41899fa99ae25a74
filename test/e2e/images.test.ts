import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemDetail, TrialAnswer } from '#contracts/items-api.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import type { Problem } from '#contracts/problem.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { type Client, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { photo, photoJpeg, pictureFixture, uploadOf } from '#test/support/pictures.ts';
import { runCli } from '#test/support/run-cli.ts';
import { publishPolicy } from './support/policies.ts';
import { signalOf } from './support/trace.ts';

let app: TestApplication;
let platform: Client;

/** Where pictures lie that items name by URL: a server of our own, which has to be allowed by name. */
const pages = createServer((request, response) => {
  const answer = answers.get(request.url ?? '');
  if (answer === undefined) response.writeHead(404).end();
  else answer(response);
});
const answers = new Map<string, (response: import('node:http').ServerResponse) => void>();
let site: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const { port } = pages.address() as AddressInfo;
  site = `http://127.0.0.1:${port}`;
  app = await startTestApplication({ env: { TIDEGATE_ALLOWED_PRIVATE_HOSTS: `127.0.0.1:${port}` } });
  platform = await app.keyClient();
}, 60_000);
afterAll(async () => {
  await app.stop();
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
});

const upload = async (client: Client, file: Uint8Array, fileName = 'picture.jpg'): Promise<MediaAnswer> => {
  const answer = await client.request<MediaAnswer>('/v1/media', uploadOf(file, { fileName }));
  if (answer.status !== 201) throw new Error(`upload answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

const itemWith = (source: object, overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  account: { id: 'painter' },
  surface: 'post',
  parts: [{ id: 'photo', kind: 'image', ...source }],
  deadlineMs: 30_000,
  ...overrides,
});

const detailOf = async (itemId: string, client: Client = platform): Promise<ItemDetail> =>
  (await client.request<ItemDetail>(`/v1/items/${itemId}`)).body;

const decisionOf = async (body: object) => {
  const answer = await submit(platform, body);
  const detail = await detailOf(answer.itemId);
  return { answer, detail, decision: detail.decisions[0]! };
};

const decided = async (itemId: string): Promise<ItemDetail> => {
  for (;;) {
    const detail = await detailOf(itemId);
    if (detail.decisions.length > 1) return detail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('A3: a picture', () => {
  it('is uploaded, told of, named by an item, and decided', async () => {
    const media = await upload(platform, await photoJpeg(1));
    expect(media).toMatchObject({ type: 'image/jpeg', width: 640, height: 480, frames: 1 });
    const { answer, detail, decision } = await decisionOf(itemWith({ mediaId: media.mediaId }));
    expect(answer.display).toBe('published');
    expect(signalOf(decision, 'image-nsfw')).toMatchObject({ status: 'ok', partId: 'photo' });
    expect(detail.media).toMatchObject([
      { partId: 'photo', mediaId: media.mediaId, sha256: media.sha256, width: 640, preview: null, absence: null },
    ]);
    expect(decision.notAssessed).toContain('violence');
  });

  it('is fetched from a URL once for a version, and what it was then is what is shown', async () => {
    let asked = 0;
    const file = await photoJpeg(2);
    answers.set('/photo.jpg', (response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(file);
    });
    const { answer, detail } = await decisionOf(itemWith({ url: `${site}/photo.jpg` }));
    expect(answer.display).toBe('published');
    expect(detail.media[0]).toMatchObject({ width: 640, absence: null });
    expect(asked).toBe(1);
  });

  it('is taken from where the platform has put it, by its key', async () => {
    const path = join(app.dataDir, 'media/incoming/2026/11/photo.jpg');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await photoJpeg(3));
    const { answer, detail } = await decisionOf(itemWith({ objectKey: '2026/11/photo.jpg' }));
    expect(answer.display).toBe('published');
    expect(detail.media[0]).toMatchObject({ width: 640 });
    for (const objectKey of ['../secret.key', '/etc/passwd', '2026/../../secret.key', 'a//b'])
      expect((await platform.request('/v1/items', { body: itemWith({ objectKey }) })).status).toBe(422);
  });

  it('that nobody has sent is refused, naming the part; also one that another key has sent', async () => {
    const other = await app.keyClient();
    const media = await upload(other, await photoJpeg(4));
    for (const mediaId of ['00000000-0000-7000-8000-000000000000', media.mediaId]) {
      const answer = await platform.request<Problem>('/v1/items', { body: itemWith({ mediaId }) });
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.[0]?.path).toBe('parts[0].mediaId');
      expect(answer.body.remedy).toMatch(/\w/);
    }
  });

  it('that cannot be had is an unavailable signal and a person, never a clearance', async () => {
    answers.set('/page.html', (response) => response.writeHead(200).end('<html>not a picture</html>'));
    answers.set('/away.jpg', (response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
    );
    for (const url of [
      `${site}/page.html`,
      `${site}/missing.jpg`,
      `${site}/away.jpg`,
      'http://169.254.169.254/latest/meta-data/',
      'http://localhost:1/photo.jpg',
      'http://[::1]/photo.jpg',
    ]) {
      const { answer, decision, detail } = await decisionOf(itemWith({ url }));
      expect(answer.decision.outcome, url).toBe('review');
      expect(signalOf(decision, 'image-nsfw'), url).toMatchObject({ status: 'unavailable', scores: {} });
      expect(signalOf(decision, 'hash-banks').status, url).not.toBe('ok');
      expect(detail.media[0], url).toMatchObject({ absence: 'failed', preview: null });
    }
  });

  it('that never ends is given up, and the item waits for it no longer than its deadline', async () => {
    answers.set('/endless.jpg', (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const answer = await submit(platform, itemWith({ url: `${site}/endless.jpg` }, { deadlineMs: 300 }));
    expect(answer.display).toBe('held');
    const detail = await decided(answer.itemId);
    expect(detail.decisions[0]).toMatchObject({ outcome: 'review', decidedBy: { kind: 'machine' } });
  }, 30_000);

  it('has its text read after the deadline if need be, and is decided then', async () => {
    const media = await upload(platform, pictureFixture('meme-hateful.jpg'));
    const answer = await submit(platform, itemWith({ mediaId: media.mediaId }, { deadlineMs: 1 }));
    expect(answer.display).toBe('held');
    const detail = await decided(answer.itemId);
    expect(detail.decisions[0]!.categories).toContain('hate_speech');
  }, 30_000);
});

describe('C2: what a picture shows', () => {
  it('catches hateful words by their text, and says where they stand', async () => {
    const media = await upload(platform, pictureFixture('meme-hateful.jpg'));
    const { answer, decision } = await decisionOf(itemWith({ mediaId: media.mediaId }));
    expect(answer.display).not.toBe('published');
    expect(answer.decision.categories).toContain('hate_speech');
    const [read] = signalOf(decision, 'image-text').derivedParts ?? [];
    expect(read).toMatchObject({ id: 'photo#text', fromPartId: 'photo', depth: 1 });
    expect(read?.text?.toLowerCase()).toContain('vermin');
    const place = read?.places?.find(({ start, end }) => read.text!.slice(start, end).includes('VERMIN'));
    expect(place?.y).toBeGreaterThan(0.1);
    expect(place?.y).toBeLessThan(0.3);
    const judged = decision.trace.find(
      ({ detector, partId }) => detector === 'text-classifier' && partId === 'photo#text',
    );
    expect(judged?.scores.hate_speech).toBeGreaterThan(0.2);
  });

  it('reads words that only show on a dark screen, and a frame that stands between two harmless ones', async () => {
    const lines = ['ALL THESE IMMIGRANTS', 'ARE FILTHY VERMIN AND', 'SHOULD BE WIPED OUT'];
    const drawing = (colour: string, ground: string, words: readonly string[]): Buffer =>
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="480" height="300"><rect width="480" height="300" fill="${ground}"/>
        <g font-size="32" font-family="DejaVu Sans, sans-serif" fill="${colour}">${words.map((line, at) => `<text x="5" y="${60 * (at + 1)}">${line}</text>`).join('')}</g></svg>`);
    const light = await sharp(drawing('#fff', 'none', lines))
      .png()
      .toBuffer();
    const pages = await Promise.all(
      [[], lines].map((words) =>
        sharp(drawing('#000', '#fff', words))
          .png()
          .toBuffer(),
      ),
    );
    const order = Array.from({ length: 31 }, (_, frame) => pages[Number(frame === 15)]!);
    const between = await sharp(order, { join: { animated: true } })
      .gif()
      .toBuffer();
    for (const [file, name] of [
      [light, 'light.png'],
      [between, 'between.gif'],
    ] as const) {
      const { mediaId } = await upload(platform, file, name);
      const { answer } = await decisionOf(itemWith({ mediaId }, { account: { id: name } }));
      expect(answer.display, name).not.toBe('published');
      expect(answer.decision.categories, name).toContain('hate_speech');
    }
  }, 60_000);

  it('publishes a picture with harmless words', async () => {
    const media = await upload(platform, pictureFixture('note.png'), 'note.png');
    const { answer, decision } = await decisionOf(itemWith({ mediaId: media.mediaId }, { account: { id: 'notes' } }));
    expect(signalOf(decision, 'image-text').derivedParts?.[0]?.text).toMatch(/library is open/i);
    expect(answer.display).toBe('published');
  });

  it('keeps words of a picture out of the decision, so that they go when the item is erased', async () => {
    const media = await upload(platform, pictureFixture('note.png'), 'note.png');
    const { answer } = await decisionOf(itemWith({ mediaId: media.mediaId }, { account: { id: 'eraser' } }));
    const stored = await app.database.database.query<{ trace: string }>(
      'SELECT trace::text AS trace FROM decisions WHERE item_id = $1',
      [answer.itemId],
    );
    expect(stored[0]!.trace).toContain('photo#text');
    expect(stored[0]!.trace.toLowerCase()).not.toContain('library');
    await platform.request(`/v1/items/${answer.itemId}`, { method: 'DELETE' });
    const left = await app.database.database.query('SELECT 1 FROM item_derived_texts WHERE item_id = $1', [
      answer.itemId,
    ]);
    expect(left).toEqual([]);
    const lead = await app.personClient('lead');
    expect((await detailOf(answer.itemId, lead)).media).toEqual([]);
  });

  it('is judged once for the same file, whoever posts it', async () => {
    const file = await photoJpeg(6);
    await decisionOf(itemWith({ mediaId: (await upload(platform, file)).mediaId }));
    const again = await decisionOf(
      itemWith({ mediaId: (await upload(platform, file)).mediaId }, { account: { id: 'copier' } }),
    );
    expect(signalOf(again.decision, 'image-nsfw').reused).toBe(true);
    expect(signalOf(again.decision, 'image-text').reused).toBe(true);
  });

  it('runs text and picture of one item side by side', async () => {
    const media = await upload(platform, await photoJpeg(7));
    const parts = [
      { id: 'body', kind: 'text', text: 'A view from the hill this morning.' },
      { id: 'photo', kind: 'image', mediaId: media.mediaId },
    ];
    const { answer, decision } = await decisionOf(itemWith({}, { parts, account: { id: 'views' } }));
    expect(answer.display).toBe('published');
    expect(signalOf(decision, 'text-classifier').partId).toBe('body');
    expect(signalOf(decision, 'image-nsfw').partId).toBe('photo');
  });

  it('can be tried from the command line of another machine', async () => {
    const { key } = await app.keyClient(['try', 'items:write']);
    const file = fileURLToPath(new URL('../fixtures/pictures/meme-hateful.jpg', import.meta.url));
    const run = await runCli(['moderate', '--file', file, '--server', app.address], { env: { TIDEGATE_API_KEY: key } });
    expect(run).toMatchObject({ stderr: '', stdout: expect.stringContaining('hate_speech') });
  });

  it('can be tried without an item', async () => {
    const lead = await app.personClient('lead');
    const media = await upload(lead, pictureFixture('meme-hateful.jpg'));
    const { status, body } = await lead.request<TrialAnswer>('/v1/try', {
      body: { item: { parts: [{ id: 'photo', kind: 'image', mediaId: media.mediaId }] } },
    });
    expect(status).toBe(200);
    expect(body.decision.categories).toContain('hate_speech');
    expect(body.trace.find(({ detector }) => detector === 'image-text')?.derivedParts?.[0]?.places).not.toEqual([]);
  });
});

describe('B6: a file', () => {
  it('that is not what it says leaves a sign, which a rule can weigh', async () => {
    const png = await (await photo(8)).png().toBuffer();
    const media = await upload(platform, png, 'holiday.jpg');
    const { decision } = await decisionOf(itemWith({ mediaId: media.mediaId }));
    expect(signalOf(decision, 'files')).toMatchObject({
      status: 'ok',
      attributes: { file_type: 'image/png', extension_differs: true },
    });
  });

  it('that many accounts post within an hour is told of', async () => {
    const file = await photoJpeg(9);
    for (const id of ['b6-1', 'b6-2', 'b6-3', 'b6-4'])
      await decisionOf(itemWith({ mediaId: (await upload(platform, file)).mediaId }, { account: { id } }));
    const { decision } = await decisionOf(
      itemWith({ mediaId: (await upload(platform, file)).mediaId }, { account: { id: 'b6-5' } }),
    );
    const facts = signalOf(decision, 'account').evidence;
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'fact', name: 'file_accounts_1h', value: 4 }));
  });

  it('that a person removed once is scored when it comes again', async () => {
    const file = pictureFixture('meme-hateful.jpg');
    // The model is sure enough to remove it by itself.
    await publishPolicy(await app.personClient('policy'), ({ categories }) => {
      categories.hate_speech!.automation.remove = 'person';
    });
    const first = await decisionOf(
      itemWith({ mediaId: (await upload(platform, file)).mediaId }, { account: { id: 'b6-removed' } }),
    );
    const lead = await app.personClient('lead');
    const tasks = await lead.request<{ entries: ReviewTaskDetail[] }>('/v1/review/tasks?limit=200');
    const task = tasks.body.entries.find(({ itemId }) => itemId === first.answer.itemId)!;
    await lead.request(`/v1/review/tasks/${task.id}/claim`, { method: 'POST' });
    await lead.request(`/v1/review/tasks/${task.id}/decide`, {
      body: { outcome: 'remove', categories: ['hate_speech'] },
    });
    const { decision } = await decisionOf(
      itemWith({ mediaId: (await upload(platform, file)).mediaId }, { account: { id: 'b6-again' } }),
    );
    expect(signalOf(decision, 'reposts').scores.hate_speech).toBe(0.9);
  });
});

describe('F5: people', () => {
  it('see a picture encoded anew, without what the file carried, and each look is on record', async () => {
    const withPlace = await (await photo(10))
      .jpeg()
      .withExif({ IFD0: { Software: 'SecretEditor' }, IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N' } })
      .toBuffer();
    expect(withPlace.includes('SecretEditor')).toBe(true);
    const media = await upload(platform, withPlace);
    const { answer } = await decisionOf(itemWith({ mediaId: media.mediaId }));
    const lead = await app.personClient('lead');
    const [shown] = (await detailOf(answer.itemId, lead)).media;
    expect(shown).toMatchObject({ claims: { software: 'SecretEditor', hasPosition: true } });
    const preview = await fetch(new URL(shown!.preview!, app.address), { headers: { cookie: lead.cookie } });
    expect(preview.status).toBe(200);
    expect(preview.headers.get('content-type')).toBe('image/webp');
    expect(preview.headers.get('content-security-policy')).toMatch(/sandbox/);
    const bytes = Buffer.from(await preview.arrayBuffer());
    expect(bytes.includes('SecretEditor')).toBe(false);
    const looks = await app.database.database.query(
      `SELECT 1 FROM audit_entries WHERE action = 'media-revealed' AND actor_id = $1`,
      [lead.accountId],
    );
    expect(looks).toHaveLength(1);
    expect((await platform.request(shown!.preview!)).status).toBe(403);
    expect((await app.nobody.request(shown!.preview!)).status).toBe(401);
  });
});
