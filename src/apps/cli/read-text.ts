import { readFile } from 'node:fs/promises';
import { CommandError, usageError } from './command-error.ts';

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageError('The text is not UTF-8.', 'Convert it first, for example with iconv.');
  }
};

/** Everything of a stream as text. @throws CommandError for more than `maximumBytes`, or what is not UTF-8 */
export const readStream = async (stream: AsyncIterable<Uint8Array>, maximumBytes: number): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > maximumBytes) throw usageError(`The text is longer than ${maximumBytes} bytes.`, 'Split it.');
    pieces.push(piece);
  }
  return decode(Buffer.concat(pieces));
};

const largestFile = 8 * 1024 * 1024;

/** A whole file as text; `-` is standard input. @throws CommandError naming the file */
export const readTextFile = async (file: string): Promise<string> => {
  if (file === '-') return await readStream(process.stdin, largestFile);
  try {
    return decode(await readFile(file));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw usageError(`${file} cannot be read.`, 'Check the path and its permissions.');
  }
};
