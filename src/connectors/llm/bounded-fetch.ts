/** What an HTTP answer was refused for before anybody read it. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
  readonly reason: 'redirected' | 'too_long';

  constructor(reason: 'redirected' | 'too_long') {
    super(reason);
    this.reason = reason;
  }
}

const readBounded = async (response: Response, maximumBytes: number): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maximumBytes) {
      void reader.cancel().catch(() => undefined);
      throw new AnswerRefused('too_long');
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
};

/**
 * `fetch` for endpoints that are trusted with content but not with our memory or our network: no redirects (they would carry the key and
 * the content elsewhere), and the whole answer is read here, up to a limit.
 * @throws AnswerRefused, and whatever `fetch` throws
 */
export const createBoundedFetch =
  (maximumBytes: number, onResponse: (response: Response) => void): typeof fetch =>
  async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    onResponse(response);
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      void response.body?.cancel().catch(() => undefined);
      throw new AnswerRefused('redirected');
    }
    const body = await readBounded(response, maximumBytes);
    const headers = new Headers();
    // Length and encoding of the wire no longer hold.
    const type = response.headers.get('content-type');
    if (type !== null) headers.set('content-type', type);
    return new Response(response.status === 204 ? null : body, { status: response.status, headers });
  };
