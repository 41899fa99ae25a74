import type { BankRecord, ListReader } from './bank-record.ts';
import { CsvRows } from './csv-rows.ts';

/** A row's values by the names that the format gives its columns; '' where there is none. */
export type Row<Column extends string> = Readonly<Record<Column, string>>;

export interface CsvFormat<Column extends string> {
  /** Names of each column in a header, in lower case, without `_`, `-` and spaces. */
  readonly columns: Readonly<Record<Column, readonly string[]>>;
  /** Columns that must be there. */
  readonly required: readonly Column[];
  /** The columns of a file without a header, in order; none where a header is required. */
  readonly withoutHeader?: readonly Column[];
  record(line: number, row: Row<Column>): BankRecord;
}

const plain = (name: string): string => name.toLowerCase().replace(/[_\- ]/g, '');

/** Reads a CSV list whose first row names its columns. */
export class CsvList<Column extends string> implements ListReader {
  readonly #rows = new CsvRows();
  readonly #format: CsvFormat<Column>;
  #positions: ReadonlyMap<Column, number> | undefined;
  #unreadable = false;

  constructor(format: CsvFormat<Column>) {
    this.#format = format;
  }

  push(text: string): BankRecord[] {
    return this.#read(this.#rows.push(text));
  }

  end(): BankRecord[] {
    return this.#read(this.#rows.end());
  }

  #read(rows: ReturnType<CsvRows['push']>): BankRecord[] {
    const records: BankRecord[] = [];
    for (const row of rows) {
      if (this.#unreadable) break;
      if ('fault' in row) records.push({ kind: 'fault', line: row.line, message: row.fault });
      else if (this.#positions === undefined) this.#begin(row.line, row.fields, records);
      else records.push(this.#record(row.line, row.fields, this.#positions));
    }
    return records;
  }

  #begin(line: number, fields: readonly string[], records: BankRecord[]): void {
    const names = fields.map(plain);
    const columns = Object.keys(this.#format.columns) as Column[];
    const found = new Map(
      columns.map(
        (column) => [column, names.findIndex((name) => this.#format.columns[column].includes(name))] as const,
      ),
    );
    if (this.#format.required.every((column) => found.get(column)! >= 0)) {
      this.#positions = found;
      return;
    }
    const { withoutHeader } = this.#format;
    const looksLikeHeader = [...found.values()].some((position) => position >= 0);
    if (withoutHeader === undefined || looksLikeHeader) {
      this.#unreadable = true;
      const wanted = this.#format.required.map((column) => `\`${this.#format.columns[column][0]}\``).join(' and ');
      records.push({
        kind: 'fault',
        line,
        message: `the first line must name the columns, ${wanted} among them; nothing was read`,
      });
      return;
    }
    this.#positions = new Map(withoutHeader.map((column, position) => [column, position]));
    records.push(this.#record(line, fields, this.#positions));
  }

  #record(line: number, fields: readonly string[], positions: ReadonlyMap<Column, number>): BankRecord {
    const columns = Object.keys(this.#format.columns) as Column[];
    const row = Object.fromEntries(
      columns.map((column) => [column, fields[positions.get(column) ?? -1] ?? '']),
    ) as Record<Column, string>;
    return this.#format.record(line, row);
  }
}
