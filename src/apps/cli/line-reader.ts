/** One line of a file, or what is wrong with it. `bytes` counts what was read of the file up to and with this line. */
export type ReadLine =
  | { readonly number: number; readonly bytes: number; readonly text: string }
  | { readonly number: number; readonly bytes: number; readonly fault: string };

/** Longer than any item that the API would take. */
export const longestLineBytes = 4 * 1024 * 1024;

const newline = 0x0a;

/**
 * Splits a stream into lines without ever holding more than one: a line that is too long or not UTF-8 becomes a fault, and reading
 * goes on behind it. A byte order mark at the start and empty lines are passed over.
 */
export const readLines = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadLine> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let tooLong = false;
  let number = 0;
  let bytes = 0;

  const finish = (): ReadLine | undefined => {
    number += 1;
    const line = decode(Buffer.concat(pieces), tooLong, number, bytes);
    pieces = [];
    held = 0;
    tooLong = false;
    return 'text' in line && line.text.trim() === '' ? undefined : line;
  };
  for await (const chunk of source) {
    let from = 0;
    while (from < chunk.length) {
      const at = chunk.indexOf(newline, from);
      const to = at === -1 ? chunk.length : at;
      held += to - from;
      if (held > longestLineBytes) {
        tooLong = true;
        pieces = [];
      } else if (!tooLong) {
        pieces.push(chunk.subarray(from, to));
      }
      bytes += to - from + (at === -1 ? 0 : 1);
      from = to + 1;
      if (at === -1) break;
      const line = finish();
      if (line !== undefined) yield line;
    }
  }
  if (held > 0) {
    const line = finish();
    if (line !== undefined) yield line;
  }
};

const decode = (line: Buffer, tooLong: boolean, number: number, bytes: number): ReadLine => {
  if (tooLong)
    return { number, bytes, fault: `the line is longer than ${longestLineBytes} bytes; split it into several items` };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: number !== 1 }).decode(line);
    return { number, bytes, text };
  } catch {
    return { number, bytes, fault: 'the line is not UTF-8; convert the file first' };
  }
};
