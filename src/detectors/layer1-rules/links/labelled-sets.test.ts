import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Detector } from '#engine/ports/detector.ts';
import { fixturesFolder } from '#test/support/fixtures.ts';
import { createStructuralDetector } from '../structural/structural-detector.ts';
import { createLinksDetector } from './links-detector.ts';

const folder = fixturesFolder();
const rowSchema = z.object({ text: z.string(), labels: z.record(z.string(), z.number()) });
type Row = z.infer<typeof rowSchema>;

const read = (name: string): readonly Row[] =>
  gunzipSync(readFileSync(join(folder ?? '', 'text', `${name}.jsonl.gz`)))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rowSchema.parse(JSON.parse(line)));

const scoreOf = async (detector: Detector, text: string): Promise<number> => {
  const part = { id: 'part-1', kind: 'text' as const, text };
  const item = { account: { id: 'a' }, surface: 'comment', parts: [part] };
  const context = { item, account: { id: 'a', tier: 'new' as const }, counters: {}, reposts: {}, signals: [], now: 0 };
  const [signal] = await detector.detect([{ part, context }], new AbortController().signal);
  if (signal?.status !== 'ok') throw new Error(`${detector.id}: ${signal?.status} ${signal?.reason ?? ''}`);
  return signal.scores.spam ?? 0;
};

const detectors = [createLinksDetector({ domainLists: [] }), createStructuralDetector()];

/** Share of the texts to which both detectors together give at least `least`. */
const share = async (rows: readonly Row[], least: number): Promise<number> => {
  let found = 0;
  for (const { text } of rows) {
    let clear = 1;
    for (const detector of detectors) clear *= 1 - (await scoreOf(detector, text));
    if (1 - clear >= least) found += 1;
  }
  return found / rows.length;
};

describe.skipIf(folder === undefined)('links and structure on labelled texts', { timeout: 120_000 }, () => {
  it.each(['clinc_benign', 'wikitalk_cat_large'])('hardly ever scores ordinary texts of %s', async (name) => {
    const rows = read(name);
    expect(await share(rows, 0.5)).toBeLessThan(0.005);
    expect(await share(rows, 0.1)).toBeLessThan(0.01);
  });

  it('finds signs in most spam messages and in few others', async () => {
    const rows = read('sms_spam');
    const spam = rows.filter(({ labels }) => labels.spam === 1);
    const others = rows.filter(({ labels }) => labels.spam === 0);
    expect(await share(spam, 0.1)).toBeGreaterThan(0.6);
    expect(await share(others, 0.1)).toBeLessThan(0.02);
  });
});
