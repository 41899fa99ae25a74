import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readServerEvents, type ServerEvent } from './server-events.ts';

const responseOf = (chunks: readonly Uint8Array[]): Response =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }),
  );
const read = async (chunks: readonly Uint8Array[]): Promise<ServerEvent[]> => {
  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(responseOf(chunks))) events.push(event);
  return events;
};
const bytes = new TextEncoder().encode(
  ': hello\n\nevent: layer\ndata: {"layer":1}\n\nevent: answer\r\ndata: one\r\ndata: zwei ü 🌊\r\n\r\n',
);
const expected = [
  { event: 'layer', data: '{"layer":1}' },
  { event: 'answer', data: 'one\nzwei ü 🌊' },
];

describe('reading server-sent events', () => {
  it('understands names, several data lines, comments and both line ends', async () => {
    expect(await read([bytes])).toEqual(expected);
  });

  it('does not depend on where the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 }), async (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = borders.slice(0, -1).map((border, index) => bytes.slice(border, borders[index + 1]));
        expect(await read(chunks)).toEqual(expected);
      }),
    );
  });
});
