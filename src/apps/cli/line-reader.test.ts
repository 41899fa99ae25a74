import { describe, expect, it } from 'vitest';
import { longestLineBytes, type ReadLine, readLines } from './line-reader.ts';

const collect = async (...chunks: readonly Uint8Array[]): Promise<ReadLine[]> => {
  const source = async function* () {
    yield* chunks;
  };
  const lines: ReadLine[] = [];
  for await (const line of readLines(source())) lines.push(line);
  return lines;
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading lines', () => {
  it('numbers lines as an editor does, wherever the chunks break, and passes over empty ones', async () => {
    const text = '\ufeffone\r\n\ntwo ä 😀\nthree';
    const bytes = bytesOf(text);
    for (let size = 1; size <= bytes.length; size += 1) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const lines = await collect(...chunks);
      expect(lines.map((line) => [line.number, 'text' in line ? line.text.trimEnd() : line.fault])).toEqual([
        [1, 'one'],
        [3, 'two ä 😀'],
        [4, 'three'],
      ]);
      expect(lines.at(-1)?.bytes).toBe(bytes.length);
    }
  });

  it('names a line that is not UTF-8 and goes on', async () => {
    const lines = await collect(Uint8Array.of(0xff, 0x0a), bytesOf('fine\n'));
    expect(lines).toMatchObject([
      { number: 1, fault: expect.stringContaining('UTF-8') },
      { number: 2, text: 'fine' },
    ]);
  });

  it('names a line that is too long without holding it, and goes on', async () => {
    const piece = new Uint8Array(longestLineBytes / 4).fill(0x61);
    const lines = await collect(piece, piece, piece, piece, piece, bytesOf('\nfine'));
    expect(lines).toMatchObject([
      { number: 1, fault: expect.stringContaining('longer') },
      { number: 2, text: 'fine' },
    ]);
  });
});
