/**
 * The decoder process: takes one file at a time on its standard input and answers on its standard output (`../frames.ts`). It is started
 * by `../decoder-command.ts` with Node's permission model, an empty environment and a limit on its data segment, and gives up root.
 * Arguments: the limits as JSON.
 */
import sharp from 'sharp';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { frameMessage, type Message, MessageReader } from '../frames.ts';
import type { DecoderAnswer, DecoderRequest, DecoderSettings } from '../protocol.ts';
import { examineFile } from './examine.ts';
import { confineLibrary } from './library.ts';
import { viewFile } from './views.ts';

const settings = JSON.parse(process.argv[2] ?? '') as DecoderSettings;
const memoryCheckMs = 10;
const nobody = 65_534;

const answer = (header: DecoderAnswer, body: readonly Uint8Array[] = []): void => {
  for (const piece of frameMessage(header, body)) process.stdout.write(piece);
};

/** Ends at once. `process.exit` would wait for the library's threads. */
const end = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

const work = async ({ id, job }: DecoderRequest, file: Uint8Array): Promise<void> => {
  if (job.kind === 'examine') {
    answer({ kind: 'facts', id, facts: await examineFile(file, job.claimed, settings.limits) });
    return;
  }
  const frames = await viewFile(file, job.view, settings.limits);
  const images = frames.map(({ width, height, data }) => ({ width, height, bytes: data.length }));
  answer(
    { kind: 'images', id, images },
    frames.map(({ data }) => data),
  );
};

const refuse = (id: number, error: unknown): void => {
  const [fault, message] =
    error instanceof ImageFaultError
      ? [error.fault, error.message]
      : (['crashed', 'The decoder failed at this file in a way that it was not made for.'] as const);
  answer({ kind: 'fault', id, fault, message });
};

const onMessage = ({ header, body }: Message): void => {
  const request = header as DecoderRequest;
  void work(request, body)
    .catch((error: unknown) => refuse(request.id, error))
    .then(() => setImmediate(releaseMemory));
};

/** Pixels of the last file would stay until V8 feels like it, and count against the next. */
const releaseMemory = (): void => {
  if (process.memoryUsage.rss() > settings.maximumMemoryBytes / 4) globalThis.gc?.();
};

/** Loads and compiles what the first file would otherwise wait for, while files can still be opened. */
const warmUp = async (): Promise<void> => {
  const grey = { create: { width: 64, height: 64, channels: 3, background: '#888' } } as const;
  for (const image of [sharp(grey).jpeg(), sharp(grey).png(), sharp(grey).webp()]) {
    const file = await image.toBuffer();
    await examineFile(file, {}, settings.limits);
    await viewFile(file, { kind: 'jpeg', maximumSide: 32, quality: 80 }, settings.limits);
  }
};

const giveUpRoot = (): void => {
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([]);
  process.setgid?.(nobody);
  process.setuid?.(nobody);
};

confineLibrary();
await warmUp();
giveUpRoot();
setInterval(() => {
  if (process.memoryUsage.rss() <= settings.maximumMemoryBytes) return;
  answer({ kind: 'memory' });
  end();
}, memoryCheckMs);
const reader = new MessageReader({
  maximumHeaderBytes: 1_000_000,
  maximumBodyBytes: settings.limits.maximumBytes,
  onMessage,
});
process.stdin.on('data', (chunk: Buffer) => reader.push(chunk));
process.stdin.on('end', () => end());
answer({ kind: 'ready' });
