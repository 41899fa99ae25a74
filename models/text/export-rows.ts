/**
 * Writes the rows that `train.py` learns from: the labelled sets, own texts from templates, and disguised copies.
 *
 *   node models/text/export-rows.ts --data <folder with the labelled *.jsonl.gz> --out <folder outside the repository>
 *
 * The rows hold other people's texts: they never belong into the repository.
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { trainingRows } from './rows.ts';
import { HEADS } from './templates/index.ts';

const SEED = 20_240_601;

function countUp(counts: Record<string, Record<string, number>>, key: string, column: string): void {
  const row = counts[key] ?? {};
  row[column] = (row[column] ?? 0) + 1;
  counts[key] = row;
}

/** How many rows there are, by set and part, and by head, part and label. */
export interface ExportSummary {
  readonly heads: readonly string[];
  readonly seed: number;
  /** Of rows.jsonl. */
  readonly sha256: string;
  readonly sets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly labels: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * Writes `rows.jsonl` and `summary.json` into a folder.
 * @throws Error where the folder lies in the repository, or `data` holds no sets.
 */
export function exportRows(data: string, folder: string): ExportSummary {
  const out = resolve(folder);
  if (!relative(resolve(import.meta.dirname, '../..'), out).startsWith('..'))
    throw new Error(`${out} lies in the repository, where rows must not be: name a folder outside of it.`);
  mkdirSync(out, { recursive: true });
  const path = join(out, 'rows.jsonl');
  const file = openSync(`${path}.part`, 'w');
  const hash = createHash('sha256');
  const sets: Record<string, Record<string, number>> = {};
  const heads: Record<string, Record<string, number>> = {};
  let lines = '';
  const flush = (): void => {
    hash.update(lines);
    writeSync(file, lines);
    lines = '';
  };
  for (const row of trainingRows(data, SEED)) {
    const targets = Object.fromEntries(Object.entries(row.targets).map(([head, t]) => [head, [t.target, t.weight]]));
    lines += `${JSON.stringify({ ...row, targets })}\n`;
    if (lines.length > 1 << 20) flush();
    countUp(sets, row.set, row.evasion === undefined ? row.part : `${row.part}, disguised`);
    for (const [head, label] of Object.entries(row.labels)) countUp(heads, head, `${row.part} ${label}`);
  }
  flush();
  closeSync(file);
  renameSync(`${path}.part`, path);
  const summary = { heads: HEADS, seed: SEED, sha256: hash.digest('hex'), sets, labels: heads };
  writeFileSync(join(out, 'summary.json'), `${JSON.stringify(summary, null, 1)}\n`);
  return summary;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { data: { type: 'string' }, out: { type: 'string' } } });
  if (values.data === undefined || values.out === undefined)
    throw new Error('Name both folders: --data <labelled text> --out <where the rows go>');
  const { sets, labels } = exportRows(values.data, values.out);
  console.table(sets);
  console.table(labels);
}
