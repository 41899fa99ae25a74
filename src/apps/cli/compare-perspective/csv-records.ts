import { splitCsvFields } from '#platform/csv-fields.ts';

/** One record of a CSV file with the line it begins on, or what is wrong there. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly fault: string };

/** Characters of a record, at most: a stray quote costs this much of the file and not the rest of it. */
const longestRecord = 262_144;

/**
 * Reads CSV (RFC 4180) piece by piece: fields in quotes may hold commas, quotes (doubled) and line ends, as comments do. Empty lines are
 * passed over.
 */
export class CsvRecords {
  #held = '';
  #line = 1;

  /** The records that are complete with this piece. */
  push(piece: string): CsvRecord[] {
    this.#held += piece;
    return this.#take(false);
  }

  /** What is left at the end of the file. */
  end(): CsvRecord[] {
    return this.#take(true);
  }

  #take(last: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    let from = 0;
    for (;;) {
      const end = recordEnd(this.#held, from, last);
      if (end === undefined) {
        if (this.#held.length - from > longestRecord || (last && from < this.#held.length)) {
          // A quote was opened and never closed: its line is lost, what follows is read again.
          const lineEnd = this.#held.indexOf('\n', from);
          records.push({ line: this.#line, fault: 'a quoted field is not closed' });
          from = lineEnd < 0 ? this.#held.length : lineEnd + 1;
          this.#line += 1;
          continue;
        }
        break;
      }
      const text = this.#held.slice(from, end.index);
      if (text.trim() !== '') {
        const fields = splitCsvFields(text);
        records.push(
          fields === undefined ? { line: this.#line, fault: 'a quote stands astray' } : { line: this.#line, fields },
        );
      }
      this.#line += end.lines;
      from = end.next;
      if (from >= this.#held.length) break;
    }
    this.#held = this.#held.slice(from);
    return records;
  }
}

interface RecordEnd {
  readonly index: number;
  readonly next: number;
  /** Line ends that were passed. */
  readonly lines: number;
}

/** A quote opens a field at its start, or again after a closing one: two of them are a quote of the text. Elsewhere it is text. */
const mayOpen = (text: string, from: number, index: number): boolean =>
  index === from || text[index - 1] === ',' || text[index - 1] === '"';

/** Where the record that begins at `from` ends; undefined where the end has not come yet, or a quote stays open. */
const recordEnd = (text: string, from: number, last: boolean): RecordEnd | undefined => {
  let quoted = false;
  let lines = 0;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') quoted = !quoted && mayOpen(text, from, index);
    else if (character === '\n') {
      lines += 1;
      if (!quoted) return { index: text[index - 1] === '\r' ? index - 1 : index, next: index + 1, lines };
    }
    if (index - from > longestRecord) return undefined;
  }
  return last && !quoted && from < text.length ? { index: text.length, next: text.length, lines } : undefined;
};
