/**
 * Messages between the sandbox and its decoder process, over pipes. A message is two unsigned 32-bit big-endian lengths, a header in JSON
 * of the first length and bytes of the second. Own frames rather than Node's IPC: nothing but JSON and plain bytes is ever parsed from a
 * process that may have been taken over.
 */
export interface Message {
  readonly header: unknown;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The other side does not speak this protocol, or no longer. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const prefixBytes = 8;

/** The pieces of one message, to be written one after the other. */
export const frameMessage = (header: unknown, body: readonly Uint8Array[] = []): readonly Uint8Array[] => {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(text.length, 0);
  prefix.writeUInt32BE(
    body.reduce((sum, { byteLength }) => sum + byteLength, 0),
    4,
  );
  return [prefix, text, ...body];
};

/** Bytes of a known number, filled piece by piece. */
class Filling {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #filled = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
  }

  get full(): boolean {
    return this.#filled === this.bytes.length;
  }

  /** Takes what it needs from `chunk` and returns the rest. */
  take(chunk: Uint8Array): Uint8Array {
    const wanted = Math.min(chunk.length, this.bytes.length - this.#filled);
    this.bytes.set(chunk.subarray(0, wanted), this.#filled);
    this.#filled += wanted;
    return chunk.subarray(wanted);
  }
}

export interface MessageReaderOptions {
  readonly maximumHeaderBytes: number;
  readonly maximumBodyBytes: number;
  onMessage(message: Message): void;
}

/** Puts messages together from chunks as they come. Memory is taken only after the lengths were found within their limits. */
export class MessageReader {
  readonly #options: MessageReaderOptions;
  #prefix = new Filling(prefixBytes);
  #parts: { readonly header: Filling; readonly body: Filling } | undefined;

  constructor(options: MessageReaderOptions) {
    this.#options = options;
  }

  /** @throws FrameError where a length is over its limit or a header is no JSON; the stream is then good for nothing. */
  push(chunk: Uint8Array): void {
    let rest = chunk;
    do {
      if (this.#parts === undefined) {
        rest = this.#prefix.take(rest);
        if (!this.#prefix.full) return;
        this.#parts = this.#announced();
        this.#prefix = new Filling(prefixBytes);
      }
      const { header, body } = this.#parts;
      rest = body.take(header.take(rest));
      if (!header.full || !body.full) return;
      this.#parts = undefined;
      this.#options.onMessage({ header: parseHeader(header.bytes), body: body.bytes });
    } while (rest.length > 0);
  }

  #announced(): { header: Filling; body: Filling } {
    const view = new DataView(this.#prefix.bytes.buffer);
    const [header, body] = [view.getUint32(0), view.getUint32(4)];
    const { maximumHeaderBytes, maximumBodyBytes } = this.#options;
    if (header > maximumHeaderBytes || body > maximumBodyBytes) {
      throw new FrameError(
        `A message of ${header} and ${body} bytes; at most ${maximumHeaderBytes} and ${maximumBodyBytes} are taken.`,
      );
    }
    return { header: new Filling(header), body: new Filling(body) };
  }
}

const parseHeader = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new FrameError('A message whose header is not JSON.');
  }
};
