import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Part } from '#contracts/item.ts';
import { systemActor } from '#features/audit/index.ts';
import { newId } from '#platform/ids.ts';
import { createMediaWorld, inPieces, type MediaWorld, mediaMaximumBytes, picture } from '#test/support/media-world.ts';
import { type ItemMediaLink, linkRows, releaseItemMedia } from './item-media-store.ts';
import { linkedParts } from './linked-parts.ts';
import { fileKey, previewKey, unusedMediaMs } from './media.ts';
import { sweepBlobs, sweepMedia } from './media-jobs.ts';
import { type MediaViewer, partMediaOf } from './part-media.ts';
import { createStoredImages } from './stored-images.ts';

let world: MediaWorld;
let seed = 200;
beforeAll(async () => {
  world = await createMediaWorld();
});
afterAll(() => world.close());

const now = () => new Date(world.clock.now());
const upload = async (trial = false) => {
  seed += 1;
  const owner = { apiKeyId: null, consoleAccountId: trial ? newId() : null, trial, actor: systemActor };
  return world.service.upload(inPieces(await picture(seed)), {}, owner);
};

/** An item with one version, as far as its media need it. */
const createItem = async (accountId = 'ada'): Promise<string> => {
  const id = newId();
  await world.database.query(
    `INSERT INTO items (id, account_id, surface, version, created_at, updated_at, display, excerpt, search)
     VALUES ($1, $2, 'comment', 1, $3, $3, 'held', '', to_tsvector('simple', ''))`,
    [id, accountId, now()],
  );
  await world.database.query(
    'INSERT INTO item_versions (item_id, version, account_id, created_at) VALUES ($1, 1, $2, $3)',
    [id, accountId, now()],
  );
  return id;
};
const link = (itemId: string, mediaId: string | null, more: Partial<ItemMediaLink> = {}) =>
  world.database.transaction((tx) =>
    linkRows(tx, [
      {
        itemId,
        version: 1,
        partId: 'photo',
        mediaId,
        problem: mediaId === null ? 'fetch_timeout' : null,
        accountId: 'ada',
        at: now(),
        ...more,
      },
    ]),
  );
const parts: Part[] = [
  { id: 'words', kind: 'text', text: 'x' },
  { id: 'photo', kind: 'image', url: 'https://example.org/photo.jpg' },
];
const mediaOf = async (itemId: string, viewer: MediaViewer = 'reviewer') =>
  (await partMediaOf(world.database, { itemId, version: 1, parts }, viewer))[0];
const isStored = async (sha256: string): Promise<boolean> => (await world.blobs.stat(fileKey(sha256))) !== undefined;
const sweep = () => sweepMedia({ ...world });

describe('the files of an item', () => {
  it('are pending, then failed, then there, and never replaced by none', async () => {
    const itemId = await createItem();
    expect(await mediaOf(itemId)).toMatchObject({ partId: 'photo', absence: 'pending', preview: null });
    await link(itemId, null);
    expect(await mediaOf(itemId)).toMatchObject({ absence: 'failed', mediaId: null });
    const { mediaId, sha256 } = await upload();
    await link(itemId, mediaId);
    const shown = { mediaId, sha256, absence: null, preview: `/v1/media/${mediaId}/preview`, width: 64 };
    expect(await mediaOf(itemId)).toMatchObject({ ...shown, claims: { camera: expect.any(String) } });
    await link(itemId, null);
    expect(await mediaOf(itemId)).toMatchObject(shown);
    expect(await mediaOf(itemId, 'api_key')).toMatchObject({ ...shown, preview: null });
  });

  it('say nothing of what is in a withheld one but to the legal role', async () => {
    const itemId = await createItem();
    const { mediaId, sha256 } = await upload();
    await link(itemId, mediaId);
    await world.database.transaction((tx) => world.service.withhold(tx, [sha256], 'csam_perceptual'));
    for (const viewer of ['reviewer', 'admin', 'api_key'] as const) {
      expect(await mediaOf(itemId, viewer)).toMatchObject({
        absence: 'withheld',
        preview: null,
        pdq: null,
        claims: null,
      });
    }
    expect(await mediaOf(itemId, 'legal')).toMatchObject({ absence: null, preview: expect.any(String) });
    await world.database.transaction((tx) => world.service.withhold(tx, [sha256], 'csam'));
    expect(await mediaOf(itemId, 'legal')).toMatchObject({ absence: 'withheld', preview: null, pdq: null });
  });

  it('are a failure, not an error, where the media are gone by then', async () => {
    const itemId = await createItem();
    await link(itemId, newId());
    expect(await mediaOf(itemId)).toMatchObject({ absence: 'failed' });
  });

  it('are what the item was decided with, when it is decided again', async () => {
    const itemId = await createItem();
    const again = () => linkedParts(world.database, itemId, 1, parts);
    expect(await again()).toEqual(parts);
    await link(itemId, null);
    expect(await again()).toEqual(parts);
    const { mediaId } = await upload();
    await link(itemId, mediaId);
    expect(await again()).toEqual([parts[0], { id: 'photo', kind: 'image', mediaId }]);
  });
});

describe('sweeping', () => {
  beforeEach(() => sweep());

  it('erases what no item shows after a day, and not before; a second sweep finds nothing', async () => {
    const unused = await upload();
    const trial = await upload(true);
    const used = await upload();
    await link(await createItem(), used.mediaId);
    world.clock.advance(unusedMediaMs - 1_000);
    expect(await sweep()).toBe(0);
    world.clock.advance(2_000);
    expect(await sweep()).toBe(2);
    expect(await sweep()).toBe(0);
    expect([await isStored(unused.sha256), await isStored(trial.sha256), await isStored(used.sha256)]).toEqual([
      false,
      false,
      true,
    ]);
    await expect(world.service.find(unused.mediaId, null)).rejects.toMatchObject({ status: 404 });
    const [entry] = await world.database.query<{ action: string }>(
      `SELECT action FROM audit_entries WHERE subject_id = $1 ORDER BY sequence DESC LIMIT 1`,
      [unused.mediaId],
    );
    expect(entry).toEqual({ action: 'media-erased' });
  });

  it('waits another day where an item is about to name it, but not for a trial', async () => {
    const [upcoming, trial] = [await upload(), await upload(true)];
    world.clock.advance(unusedMediaMs - 1_000);
    for (const { mediaId } of [upcoming, trial]) {
      await world.service.resolve([{ id: 'photo', kind: 'image', mediaId }], { apiKeyId: null });
    }
    world.clock.advance(2_000);
    expect(await sweep()).toBe(1);
    expect([await isStored(upcoming.sha256), await isStored(trial.sha256)]).toEqual([true, false]);
  });

  it('erases the files of an erased item with the last item that shows them, and lets them come again', async () => {
    const { mediaId, sha256 } = await upload();
    const [first, second] = [await createItem(), await createItem('bob')];
    await link(first, mediaId);
    await link(second, mediaId);
    const release = (itemId: string) => world.database.transaction((tx) => releaseItemMedia(tx, itemId, now()));
    await release(first);
    world.clock.advance(1_000);
    expect(await sweep()).toBe(0);
    expect(await mediaOf(first)).toMatchObject({ absence: 'erased', sha256: null });
    await release(second);
    world.clock.advance(1_000);
    // Gone at once, though the bytes are still there.
    await expect(world.service.find(mediaId, null)).rejects.toMatchObject({ status: 404 });
    expect(await sweep()).toBe(1);
    expect(await isStored(sha256)).toBe(false);
    expect(await mediaOf(second)).toMatchObject({ absence: 'erased' });
    seed -= 1;
    const again = await upload();
    expect(again.sha256).toBe(sha256);
    expect(await isStored(sha256)).toBe(true);
  });

  it('preserves withheld files, whatever becomes of their items, but not their previews', async () => {
    const { mediaId, sha256 } = await upload();
    await world.blobs.put(previewKey(sha256), Buffer.from('a preview of before'));
    const itemId = await createItem();
    await link(itemId, mediaId);
    await world.database.transaction(async (tx) => {
      await world.service.withhold(tx, [sha256], 'csam');
      await releaseItemMedia(tx, itemId, now());
    });
    world.clock.advance(30 * unusedMediaMs);
    await sweep();
    await sweepBlobs({ ...world, clock: { now: () => Date.now() + 7_200_000 } });
    expect(await isStored(sha256)).toBe(true);
    expect(await world.blobs.stat(previewKey(sha256))).toBeUndefined();
  });

  it('finds bytes that a crash left without a row, once nothing can be on its way to them', async () => {
    const orphan = 'cd'.repeat(32);
    await world.blobs.put(fileKey(orphan), Buffer.from('bytes without a row'));
    const { sha256 } = await upload();
    expect(await sweepBlobs({ ...world, clock: { now: () => Date.now() } })).toBe(0);
    expect(await isStored(orphan)).toBe(true);
    expect(await sweepBlobs({ ...world, clock: { now: () => Date.now() + 7_200_000 } })).toBe(1);
    expect([await isStored(orphan), await isStored(sha256)]).toEqual([false, true]);
  });

  it('never takes the bytes from a file that is handed in at the same moment', async () => {
    const { sha256 } = await upload();
    world.clock.advance(unusedMediaMs + 1_000);
    seed -= 1;
    const [, again] = await Promise.all([sweep(), upload()]);
    expect(again.sha256).toBe(sha256);
    expect(await isStored(sha256)).toBe(true);
    const media = await world.service.find(again.mediaId, null);
    expect(media.facts.sha256).toBe(sha256);
  });
});

describe('createStoredImages', () => {
  it('gives views of stored files, decodes each once, and refuses a file that was exchanged', async () => {
    const { sha256 } = await upload();
    let decoded = 0;
    const images = createStoredImages({
      blobs: world.blobs,
      maximumBytes: mediaMaximumBytes,
      sandbox: {
        ...world.sandbox,
        view: (...of) => {
          decoded += 1;
          return world.sandbox.view(...of);
        },
      },
    });
    const view = { kind: 'rgb', maximumSide: 32 } as const;
    const [first] = await images.view(sha256, view);
    expect(first).toMatchObject({ width: 32, height: 24 });
    expect(first!.data).toHaveLength(32 * 24 * 3);
    expect(await images.view(sha256, { maximumSide: 32, kind: 'rgb' })).toEqual([first]);
    await images.view(sha256, { kind: 'rgb', maximumSide: 16 });
    expect(decoded).toBe(2);
    await world.blobs.put(fileKey(sha256), await picture(1));
    await expect(images.view(sha256, { kind: 'rgb', maximumSide: 8 })).rejects.toMatchObject({ fault: 'corrupt' });
    await expect(images.view('ab'.repeat(32), view)).rejects.toMatchObject({ fault: 'corrupt' });
    await expect(images.view(sha256, view, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  it('holds few whole files in memory at a time, however many pictures are asked for at once', async () => {
    const { sha256 } = await upload();
    let [reading, most] = [0, 0];
    const images = createStoredImages({
      maximumBytes: mediaMaximumBytes,
      sandbox: {
        ...world.sandbox,
        async view(...of) {
          reading += 1;
          most = Math.max(most, reading);
          try {
            return await world.sandbox.view(...of);
          } finally {
            reading -= 1;
          }
        },
      },
      blobs: world.blobs,
    });
    const asked = Array.from({ length: 32 }, (_, index) =>
      images.view(sha256, { kind: 'rgb', maximumSide: 8 + (index % 16) }),
    );
    expect(await Promise.all(asked)).toHaveLength(32);
    expect(most).toBeLessThanOrEqual(4);
  });
});
