/** One server-sent event: its name and its data, lines joined. Source of the format: WHATWG HTML, 9.2. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

const parseBlock = (block: string): ServerEvent | null => {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { event, data: data.join('\n') };
};

/** Reads the events of a streaming response as they arrive. */
export async function* readServerEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // The whole buffer, because a chunk may end between the two characters of a line end.
      buffer = (buffer + (value ?? '')).replaceAll('\r\n', '\n');
      let end = buffer.indexOf('\n\n');
      while (end >= 0) {
        const event = parseBlock(buffer.slice(0, end));
        if (event !== null) yield event;
        buffer = buffer.slice(end + 2);
        end = buffer.indexOf('\n\n');
      }
      if (done) break;
    }
    const last = parseBlock(buffer);
    if (last !== null) yield last;
  } finally {
    reader.releaseLock();
  }
}
