import { describe, expect, it } from 'vitest';
import { fileSigns, type ImageFacts } from '#contracts/media.ts';
import { signalSchema } from '#contracts/signal.ts';
import type { DetectorContext, PartFile } from '#engine/ports/detector.ts';
import { createFilesDetector } from './files-detector.ts';

const detector = createFilesDetector();
const part = { id: 'p1', kind: 'image', mediaId: '00000000-0000-7000-8000-000000000000' } as const;
const hash = '0f'.repeat(32);
const facts: ImageFacts = {
  sha256: hash,
  md5: '0f'.repeat(16),
  type: 'image/png',
  bytes: 1_234,
  width: 640,
  height: 480,
  frames: 1,
  hashes: [{ frame: 0, pdq: hash, quality: 88, rotations: Array.from({ length: 7 }, () => hash) }],
  claims: { hasPosition: true, software: 'Paint 3', createdAt: '2024-05-01T12:30:00' },
  signs: ['trailing_data', 'embedded_archive'],
};
const contextOf = (file?: PartFile): DetectorContext => ({
  item: { account: { id: 'a1' }, surface: 'comment', parts: [part] },
  account: { id: 'a1', tier: 'new' },
  counters: {},
  reposts: {},
  ...(file === undefined ? {} : { files: new Map([[part.id, file]]) }),
  signals: [],
  now: 0,
});
const judge = async (file?: PartFile, abort = new AbortController().signal) => {
  const [signal] = await detector.detect([{ part, context: contextOf(file) }], abort);
  return signalSchema.parse(signal);
};

describe('files detector', () => {
  it('gives rules the facts and people the signs', async () => {
    const signal = await judge({ status: 'ok', mediaId: part.mediaId, facts });
    expect(signal).toMatchObject({ status: 'ok', partId: 'p1', scores: {} });
    expect(signal.attributes).toMatchObject({
      file_type: 'image/png',
      file_bytes: 1_234,
      image_width: 640,
      image_height: 480,
      frames: 1,
      pdq_quality: 88,
      has_position: true,
      software: 'Paint 3',
      created_at: '2024-05-01T12:30:00',
      trailing_data: true,
      embedded_archive: true,
      truncated: false,
    });
    expect(Object.keys(signal.attributes)).toEqual(expect.arrayContaining([...fileSigns]));
    expect(signal.attributes).not.toHaveProperty('camera');
    expect(signal.evidence.map((entry) => entry.kind === 'fact' && entry.name)).toEqual([
      'trailing_data',
      'embedded_archive',
    ]);
  });

  it('never takes a file that could not be looked at for a clean one', async () => {
    expect(await judge({ status: 'unavailable', reason: 'corrupt: frame 0' })).toMatchObject({
      status: 'unavailable',
      reason: 'corrupt: frame 0',
      attributes: {},
    });
    expect(await judge()).toMatchObject({ status: 'unavailable', reason: 'no file' });
    const ok = { status: 'ok', mediaId: part.mediaId, facts } as const;
    expect(await judge(ok, AbortSignal.abort())).toMatchObject({ status: 'unavailable', reason: 'aborted' });
  });

  it('has nothing to say of a text', async () => {
    const text = { id: 'p1', kind: 'text', text: 'hello' } as const;
    const [signal] = await detector.detect([{ part: text, context: contextOf() }], new AbortController().signal);
    expect(signal).toMatchObject({ status: 'not_applicable' });
  });
});
