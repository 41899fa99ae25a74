import { readLines } from '../line-reader.ts';
import { CsvRecords } from './csv-records.ts';
import { CsvScores, type FaultyLine, readJsonLine, type StoredScores } from './stored-scores.ts';

/** One entry of the file. `bytes` counts what was read of the file up to and with it. */
export interface ReadEntry {
  readonly bytes: number;
  readonly entry: StoredScores | FaultyLine;
}

const fromJsonLines = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadEntry> {
  for await (const line of readLines(source)) {
    const { number, bytes } = line;
    const entry = 'fault' in line ? { line: number, fault: line.fault } : readJsonLine(number, line.text);
    yield { bytes, entry };
  }
};

const fromCsv = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadEntry> {
  const records = new CsvRecords();
  const scores = new CsvScores();
  // A wrong byte becomes U+FFFD: one text that reads a little differently, not a lost file. A byte order mark is passed over.
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    for (const record of records.push(decoder.decode(chunk, { stream: true }))) {
      const entry = scores.read(record);
      if (entry !== undefined) yield { bytes, entry };
    }
  }
  for (const record of [...records.push(decoder.decode()), ...records.end()]) {
    const entry = scores.read(record);
    if (entry !== undefined) yield { bytes, entry };
  }
};

export type StoredFormat = 'jsonl' | 'csv';

/** The texts and scores of a file, in order; a faulty line is one entry. @throws Error for a CSV file without a header */
export const readStoredScores = (source: AsyncIterable<Uint8Array>, format: StoredFormat): AsyncGenerator<ReadEntry> =>
  format === 'csv' ? fromCsv(source) : fromJsonLines(source);
