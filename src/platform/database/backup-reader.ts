import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { endOfRows, headerBytes } from './backup-format.ts';
import { BackupError } from './database-errors.ts';

const lineEnd = 0x0a;
const rowsEnd = Buffer.from(endOfRows);
const rowsEndAfterRow = Buffer.from(`\n${endOfRows}`);

/** Reads the body of a backup from front to back: lines of JSON and blocks of rows. Holds little more than one chunk. */
export class BackupReader {
  readonly #file: string;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
    const gunzip = createGunzip();
    // An error of either stream reaches whoever reads the second.
    pipeline(createReadStream(file, { start: headerBytes }), gunzip, () => {});
    this.#chunks = (gunzip as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** The next line, parsed. */
  async line<T>(): Promise<T> {
    for (;;) {
      const end = this.#rest.indexOf(lineEnd);
      if (end >= 0) {
        const text = this.#rest.toString('utf8', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return JSON.parse(text) as T;
      }
      await this.#more();
    }
  }

  /** The rows up to the end of the table, as COPY takes them. To be read to its end before the next line. */
  async *rows(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      if (this.#rest.subarray(0, rowsEnd.length).equals(rowsEnd)) {
        this.#rest = this.#rest.subarray(rowsEnd.length);
        return;
      }
      const last = this.#rest.indexOf(rowsEndAfterRow);
      const whole = last >= 0 ? last + 1 : this.#rest.lastIndexOf(lineEnd) + 1;
      if (whole > 0) {
        const rows = this.#rest.subarray(0, whole);
        this.#rest = this.#rest.subarray(whole);
        yield rows;
      } else {
        await this.#more();
      }
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done === true) {
      throw new BackupError(
        `${this.#file} ends before its end.`,
        'Take another copy or an earlier backup. Nothing was restored.',
      );
    }
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
  }
}
