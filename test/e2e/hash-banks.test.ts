import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BankImportReport, BankMatch, HashBank } from '#contracts/hash-bank.ts';
import type { ItemDetail } from '#contracts/items-api.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import type { ReviewTask, ReviewTaskDetail } from '#contracts/review.ts';
import { type Client, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { photo, photoJpeg, pictureFixture, uploadOf } from '#test/support/pictures.ts';
import { signalOf } from './support/trace.ts';

type Person = Awaited<ReturnType<TestApplication['personClient']>>;

let app: TestApplication;
let platform: Client;
let admin: Person;
let counsel: Person;
let reviewer: Person;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
  admin = await app.personClient('admin');
  counsel = await app.personClient('legal');
  reviewer = await app.personClient('reviewer');
}, 60_000);
afterAll(() => app.stop());

const upload = async (client: Client, file: Uint8Array): Promise<MediaAnswer> =>
  (await client.request<MediaAnswer>('/v1/media', uploadOf(file))).body;

const makeBank = async (id: string, kind: string, overrides: Record<string, unknown> = {}): Promise<HashBank> => {
  const answer = await admin.request<HashBank>('/v1/hash-banks', {
    body: { id, kind, name: `Bank ${id}`, ...overrides },
  });
  if (answer.status !== 201) throw new Error(`${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

const addPicture = async (bank: string, file: Uint8Array): Promise<void> => {
  const { mediaId } = await upload(admin, file);
  const answer = await admin.request(`/v1/hash-banks/${bank}/entries`, { body: { mediaId } });
  if (answer.status >= 300) throw new Error(`${bank}: ${answer.status} ${JSON.stringify(answer.body)}`);
};

let posters = 0;
/** Each from an account of its own, so that nothing but the picture counts. */
const post = async (file: Uint8Array) => {
  posters += 1;
  const { mediaId } = await upload(platform, file);
  const answer = await submit(platform, {
    account: { id: `poster-${posters}`, createdAt: '2020-01-01T00:00:00Z' },
    surface: 'post',
    parts: [{ id: 'photo', kind: 'image', mediaId }],
    deadlineMs: 30_000,
  });
  const detail = (await admin.request<ItemDetail>(`/v1/items/${answer.itemId}`)).body;
  return { answer, detail, decision: detail.decisions[0]!, mediaId };
};

const tasksOf = async (person: Person, itemId: string): Promise<ReviewTask[]> =>
  (await person.request<{ entries: ReviewTask[] }>('/v1/review/tasks?limit=200')).body.entries.filter(
    (task) => task.itemId === itemId,
  );

const recoded = async (file: Uint8Array): Promise<Buffer> => {
  const sharp = (await import('sharp')).default;
  return sharp(file).resize(500).jpeg({ quality: 70 }).toBuffer();
};

describe('B7: a known picture', () => {
  it('is blocked before anything is shown, from the moment that a bank knows it', async () => {
    const file = await photoJpeg(100);
    expect((await post(file)).answer.display).toBe('published');
    await makeBank('known', 'custom', { category: 'harassment', exact: 'block', perceptual: 'hold' });
    expect((await post(file)).answer.display).toBe('published');
    await addPicture('known', file);
    const { answer, decision } = await post(file);
    expect(answer).toMatchObject({
      display: 'removed',
      decision: { outcome: 'remove', layer: 1, categories: ['harassment'], actions: ['remove'] },
    });
    expect(decision.stopReason).toBe('final_effect');
    expect(signalOf(decision, 'hash-banks').evidence).toContainEqual(
      expect.objectContaining({ kind: 'hash_match', bank: 'known', algorithm: 'sha256', distance: 0 }),
    );
    expect(decision.trace.every(({ layer }) => layer === 1)).toBe(true);
  });

  it('is known again encoded anew, turned and mirrored, and then a person decides', async () => {
    const original = await photoJpeg(101);
    await makeBank('near', 'custom', { category: 'harassment', exact: 'block', perceptual: 'hold' });
    await addPicture('near', original);
    const turned = await (await photo(101)).rotate(90).jpeg().toBuffer();
    const mirrored = await (await photo(101)).flop().jpeg().toBuffer();
    for (const file of [await recoded(original), turned, mirrored]) {
      const { answer, decision } = await post(file);
      expect(answer.display).toBe('under_review');
      const match = signalOf(decision, 'hash-banks').evidence.find(({ kind }) => kind === 'hash_match');
      expect(match).toMatchObject({ bank: 'near', algorithm: 'pdq', behaviour: 'hold' });
      expect(await tasksOf(reviewer, answer.itemId)).toHaveLength(1);
    }
    expect((await post(await photoJpeg(102))).answer.display).toBe('published');
  });

  it('in quarantine leaves a record and nothing else', async () => {
    const file = await photoJpeg(103);
    await makeBank('watched', 'custom', { category: 'spam', exact: 'block', perceptual: 'hold', mode: 'quarantine' });
    await addPicture('watched', file);
    const { answer, detail } = await post(file);
    expect(answer.display).toBe('published');
    const matches = await admin.request<{ entries: BankMatch[] }>('/v1/hash-banks/watched/matches');
    expect(matches.body.entries).toMatchObject([{ itemId: detail.itemId, behaviour: 'none', partId: 'photo' }]);
    const bank = await admin.request<HashBank>('/v1/hash-banks/watched');
    expect(bank.body.matches).toMatchObject({ total: 1, last24Hours: 1 });
  });

  it('of an allow bank is cleared only where nothing speaks against it', async () => {
    const file = await photoJpeg(104);
    await makeBank('ours', 'allow', { category: 'spam' });
    await addPicture('ours', file);
    await makeBank('theirs', 'custom', { category: 'spam', exact: 'block', perceptual: 'hold' });
    await addPicture('theirs', file);
    expect((await post(file)).answer.display).toBe('removed');
  });

  it('that is abuse material: removed, preserved, shown to nobody, reported', async () => {
    const file = await photoJpeg(105);
    await makeBank('csam_exact', 'csam');
    const { mediaId } = await upload(platform, file);
    await addPicture('csam_exact', file);
    const { answer, detail } = await post(file);
    expect(answer).toMatchObject({ display: 'removed', decision: { categories: ['csam'] } });
    for (const person of [admin, reviewer, counsel]) {
      expect(await tasksOf(person, answer.itemId)).toEqual([]);
      const shown = (await person.request<ItemDetail>(`/v1/items/${answer.itemId}`)).body.media[0]!;
      expect(shown).toMatchObject({ absence: 'withheld', preview: null, pdq: null });
      for (const id of [shown.mediaId, mediaId, detail.media[0]!.mediaId])
        expect((await person.request(`/v1/media/${id}/preview`)).status).toBe(403);
    }
    const reports = await counsel.request<{ entries: { itemId: string; state: string }[] }>('/v1/authority-reports');
    expect(reports.body.entries).toMatchObject([{ itemId: answer.itemId, state: 'queued' }]);
    expect((await reviewer.request('/v1/authority-reports')).status).toBe(403);
    await platform.request(`/v1/items/${answer.itemId}`, { method: 'DELETE' });
    const kept = await app.database.database.query('SELECT withheld FROM media_files WHERE sha256 = decode($1, $2)', [
      (await upload(platform, file)).sha256,
      'hex',
    ]);
    expect(kept).toEqual([{ withheld: 'csam' }]);
  });

  it('that is like abuse material: hidden, and seen first by the legal role, which alone may look', async () => {
    const file = await photoJpeg(106);
    await makeBank('csam_near', 'csam');
    await addPicture('csam_near', file);
    const { answer } = await post(await recoded(file));
    expect(answer.display).toBe('under_review');
    expect(await tasksOf(reviewer, answer.itemId)).toEqual([]);
    expect(await tasksOf(admin, answer.itemId)).toEqual([]);
    const [task] = await tasksOf(counsel, answer.itemId);
    expect(task).toMatchObject({ queue: 'legal', categories: ['csam'] });
    expect((await reviewer.request(`/v1/review/tasks/${task!.id}`)).status).toBe(404);
    const seen = await counsel.request<ReviewTaskDetail>(`/v1/review/tasks/${task!.id}`);
    expect(seen.body.media[0]).toMatchObject({ absence: null });
    expect((await counsel.request(seen.body.media[0]!.preview!)).status).toBe(200);
    expect((await reviewer.request(seen.body.media[0]!.preview!)).status).toBe(403);
    await counsel.request(`/v1/review/tasks/${task!.id}/claim`, { method: 'POST' });
    const decision = await counsel.request(`/v1/review/tasks/${task!.id}/decide`, {
      body: { outcome: 'remove', categories: ['csam'] },
    });
    expect(decision.status).toBe(200);
  });

  it('that is like abuse material: what it says and looks like is told to nobody but the legal role either', async () => {
    const file = pictureFixture('meme-hateful.jpg');
    await makeBank('csam_words', 'csam');
    await addPicture('csam_words', file);
    const { answer, mediaId } = await post(await recoded(file));
    const words = async (client: Client): Promise<string | undefined> => {
      const { decisions } = (await client.request<ItemDetail>(`/v1/items/${answer.itemId}`)).body;
      const told = signalOf(decisions[0]!, 'image-text').derivedParts?.[0]?.text;
      const shape = Object.keys(signalOf(decisions[0]!, 'files').attributes);
      expect(shape.length > 0, 'attributes').toBe(told !== undefined);
      return told;
    };
    for (const client of [reviewer, admin, platform]) expect(await words(client)).toBeUndefined();
    expect(await words(counsel)).toContain('VERMIN');
    const trial = { item: { parts: [{ id: 'photo', kind: 'image', mediaId }] } };
    for (const person of [reviewer, admin]) expect((await person.request('/v1/try', { body: trial })).status).toBe(422);
  });

  it('that was withheld stays away from people when the bank that knew it is switched off', async () => {
    const file = await photoJpeg(108);
    const near = await recoded(file);
    const bank = await makeBank('csam_off', 'csam');
    await addPicture('csam_off', file);
    await post(file);
    await post(near);
    const off = await admin.request('/v1/hash-banks/csam_off', {
      method: 'PATCH',
      body: { mode: 'off', revision: bank.revision },
    });
    expect(off.status).toBe(200);
    const known = await post(file);
    expect(known.answer).toMatchObject({ display: 'removed', decision: { categories: ['csam'] } });
    const like = await post(near);
    expect(like.answer.display).toBe('under_review');
    expect(await tasksOf(counsel, like.answer.itemId)).toMatchObject([{ queue: 'legal' }]);
  });

  it('that is like abuse material cannot be edited away or deleted before the legal role has decided', async () => {
    const file = await photoJpeg(108);
    await makeBank('csam_kept', 'csam');
    await addPicture('csam_kept', file);
    const { answer } = await post(await recoded(file));
    const harmless = {
      account: { id: `poster-${posters}` },
      surface: 'post',
      parts: [{ id: 'body', kind: 'text', text: 'Good morning to all of you.' }],
    };
    const edit = await platform.request(`/v1/items/${answer.itemId}`, { method: 'PUT', body: harmless });
    expect(edit.status).toBe(409);
    expect((await platform.request(`/v1/items/${answer.itemId}`, { method: 'DELETE' })).status).toBe(204);
    const [task] = await tasksOf(counsel, answer.itemId);
    const seen = await counsel.request<ReviewTaskDetail>(`/v1/review/tasks/${task!.id}`);
    expect((await counsel.request(seen.body.media[0]!.preview!)).status).toBe(200);
    await counsel.request(`/v1/review/tasks/${task!.id}/claim`, { method: 'POST' });
    const decided = await counsel.request(`/v1/review/tasks/${task!.id}/decide`, {
      body: { outcome: 'approve' },
    });
    expect(decided.status).toBe(200);
    const after = (await counsel.request<ItemDetail>(`/v1/items/${answer.itemId}`)).body;
    expect(after).toMatchObject({ display: 'removed', deletedAt: expect.any(String) });
    expect(after.content).not.toBeNull();
  });

  it('comes in lists of which each bad line is named, and the rest kept, or nothing, as asked', async () => {
    await makeBank('listed', 'terrorism');
    const file = await photoJpeg(107);
    const { sha256, md5 } = await upload(admin, file);
    const list = [
      'algorithm,hash,note',
      `sha256,${sha256},first`,
      'pdq,nonsense,second',
      `md5,${md5},third`,
      'sha1,ab,',
    ].join('\n');
    const send = (atomic: boolean) =>
      admin.request<BankImportReport>(`/v1/hash-banks/listed/import?format=csv&atomic=${atomic}`, {
        rawBody: list,
        headers: { 'content-type': 'text/csv' },
      });
    expect((await send(true)).body).toMatchObject({ written: false, added: 0, faulty: 2 });
    expect((await post(file)).answer.display).toBe('published');
    const kept = await send(false);
    expect(kept.body).toMatchObject({ written: true, added: 2, faulty: 2 });
    expect(kept.body.faults.map(({ line }) => line)).toEqual([3, 5]);
    expect((await post(file)).answer.decision).toMatchObject({ outcome: 'remove', categories: ['terrorism'] });
  });
});
