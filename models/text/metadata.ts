import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What a set says about a row beside its labels, as far as labels of attributes can be drawn from it. */
export interface RowMetadata {
  /** Jigsaw: `severe_toxic` of the original, as '0' or '1'. */
  readonly severe?: string;
  /** Davidson: votes for hateful, offensive, neither. */
  readonly votes?: readonly number[];
  /** Implicit hate: which kind of it. */
  readonly implicit_class?: string;
}

/** The metadata of every row by its id, from the `*.jsonl.gz` of a folder. */
export function readMetadata(folder: string): ReadonlyMap<string, RowMetadata> {
  const found = new Map<string, RowMetadata>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl.gz'))) {
    for (const line of gunzipSync(readFileSync(join(folder, file)))
      .toString('utf8')
      .split('\n')) {
      if (line === '') continue;
      const row = JSON.parse(line) as { id: string; meta?: RowMetadata };
      if (row.meta !== undefined) found.set(row.id, row.meta);
    }
  }
  return found;
}
