import { splitCsvFields } from '#platform/csv-fields.ts';

/** One line of a CSV file, or what is wrong with it. */
export type CsvRow =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly fault: string };

const longestLine = 16_384;

/**
 * Splits CSV into rows, a line at a time: a field never goes over the end of its line, so that one stray quote costs one line and not the
 * rest of the file. Empty lines are passed over, as are those that begin with `#`.
 */
export class CsvRows {
  #rest = '';
  #line = 0;
  #tooLong = false;

  push(text: string): CsvRow[] {
    const rows: CsvRow[] = [];
    const lines = text.split('\n');
    for (let index = 0; index < lines.length - 1; index += 1) this.#finish(this.#take(lines[index]!), rows);
    this.#rest = this.#take(lines.at(-1)!);
    return rows;
  }

  end(): CsvRow[] {
    const rows: CsvRow[] = [];
    if (this.#rest !== '' || this.#tooLong) this.#finish(this.#rest, rows);
    return rows;
  }

  #take(piece: string): string {
    const whole = this.#tooLong ? '' : this.#rest + piece;
    this.#rest = '';
    if (whole.length <= longestLine) return whole;
    this.#tooLong = true;
    return '';
  }

  #finish(whole: string, rows: CsvRow[]): void {
    this.#line += 1;
    this.#rest = '';
    const line = this.#line;
    if (this.#tooLong) {
      this.#tooLong = false;
      rows.push({ line, fault: `the line is longer than ${longestLine} characters` });
      return;
    }
    const text = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    if (text.trim() === '' || text.startsWith('#')) return;
    const fields = splitCsvFields(text)?.map((field) => field.trim());
    rows.push(fields === undefined ? { line, fault: 'a quoted field is not closed on its line' } : { line, fields });
  }
}
