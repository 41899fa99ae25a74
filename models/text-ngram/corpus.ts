import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { stableFraction } from './random.ts';

/** Where a row is used: to fit weights, to calibrate and choose thresholds, or only to be measured on. */
export type Part = 'train' | 'calibrate' | 'held-out';

/** One labelled text. A label that is absent is unknown. `set` is the file's name without its ending. */
export interface Row {
  readonly id: string;
  readonly set: string;
  readonly text: string;
  readonly labels: Readonly<Record<string, 0 | 1>>;
  readonly part: Part;
  readonly emotion?: string;
}

interface StoredRow {
  id: string;
  text: string;
  labels: Record<string, 0 | 1>;
  split: 'train' | 'dev';
  meta?: { pair?: string; user?: string | number; emotion?: string };
}

/** Sets that come without a dev split: a tenth is set aside here. */
const WITHOUT_DEV = new Set(['clinc_benign', 'goemotions_background', 'youtube_spam']);

/** Sets that this model does not use: it has no misinformation head. */
const UNUSED = new Set(['covid_rumor']);

/** Mail headers say which archive a mail came from, not what it says. */
const HEADER_LINE =
  /^ ?(?:Date|From|To|Cc|Message-ID|Sender|X-[\w-]+|Reply-To|Received|Return-Path|On .{0,200}wrote):?.*$/gim;

function cleaned(set: string, text: string): string {
  return set === 'spamassassin' ? text.replace(HEADER_LINE, ' ').replace(/^\s*(?:re|fwd?):\s*/i, '') : text;
}

function partOf(set: string, row: StoredRow): Part {
  const key = `${set}:${row.meta?.pair ?? row.meta?.user ?? row.id}`;
  const dev = WITHOUT_DEV.has(set) ? stableFraction(`dev:${key}`) < 0.1 : row.split === 'dev';
  if (!dev) return 'train';
  return stableFraction(`part:${key}`) < 0.5 ? 'calibrate' : 'held-out';
}

/** Reads every `*.jsonl.gz` of a folder. Throws if the folder holds none. */
export function readCorpus(folder: string): Row[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .sort();
  if (files.length === 0) throw new Error(`No *.jsonl.gz in ${folder}: name the folder with the labelled text.`);
  const rows: Row[] = [];
  for (const file of files) {
    const set = basename(file, '.jsonl.gz');
    if (UNUSED.has(set)) continue;
    for (const line of gunzipSync(readFileSync(join(folder, file)))
      .toString('utf8')
      .split('\n')) {
      if (line === '') continue;
      const row = JSON.parse(line) as StoredRow;
      rows.push({
        id: row.id,
        set,
        text: cleaned(set, row.text),
        labels: row.labels,
        part: partOf(set, row),
        ...(row.meta?.emotion === undefined ? {} : { emotion: row.meta.emotion }),
      });
    }
  }
  return rows;
}
