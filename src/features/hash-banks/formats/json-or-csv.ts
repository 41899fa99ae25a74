import type { BankRecord, ListReader } from './bank-record.ts';
import { type JsonRecord, JsonRecords } from './json-records.ts';

interface Formats {
  readonly csv: () => ListReader;
  readonly listKeys: readonly string[];
  /** What one JSON object says. */
  readonly record: (line: number, value: Readonly<Record<string, unknown>>) => BankRecord;
}

/** Reads a list that comes as JSON or as CSV: the first character says which. */
export class JsonOrCsv implements ListReader {
  readonly #formats: Formats;
  readonly #json: JsonRecords;
  #csv: ListReader | undefined;
  #undecided = '';
  #decided = false;

  constructor(formats: Formats) {
    this.#formats = formats;
    this.#json = new JsonRecords(formats.listKeys);
  }

  push(text: string): readonly BankRecord[] {
    if (this.#decided) return this.#read(text);
    this.#undecided += text;
    const first = this.#undecided.trimStart()[0];
    // White space without end is no list; it is given to the CSV reader, which limits its lines.
    if (first === undefined && this.#undecided.length < 4_096) return [];
    this.#decided = true;
    if (first !== '{' && first !== '[') this.#csv = this.#formats.csv();
    return this.#read(this.#undecided);
  }

  end(): readonly BankRecord[] {
    if (!this.#decided) return [];
    return this.#csv === undefined ? this.#json.end().map((record) => this.#toRecord(record)) : this.#csv.end();
  }

  #read(text: string): readonly BankRecord[] {
    return this.#csv === undefined
      ? this.#json.push(text).map((record) => this.#toRecord(record))
      : this.#csv.push(text);
  }

  #toRecord(record: JsonRecord): BankRecord {
    return 'fault' in record
      ? { kind: 'fault', line: record.line, message: record.fault }
      : this.#formats.record(record.line, record.value);
  }
}

/** A member as text; '' where it is no text or number. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
