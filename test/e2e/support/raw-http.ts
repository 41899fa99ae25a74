import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/**
 * Sends these bytes as they are and reads until the server closes the connection, as it must after what is no sound request. A hanging
 * server fails the test by its time limit.
 */
export const sendRaw = async (address: string, ...chunks: (string | Uint8Array)[]): Promise<RawAnswer> => {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  const received: Buffer[] = [];
  // The server may close while we are still sending: what it has said by then is what counts.
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => received.push(data));
  await new Promise((resolve) => socket.once('connect', resolve));
  for (const chunk of chunks) if (!socket.destroyed) socket.write(chunk);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const text = Buffer.concat(received).toString('utf8');
  const split = text.indexOf('\r\n\r\n');
  const headers = split < 0 ? text : text.slice(0, split);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1] ?? 0),
    headers,
    body: split < 0 ? '' : text.slice(split + 4),
  };
};

/** A request head; ends with the empty line. */
export const head = (method: string, path: string, headers: Readonly<Record<string, string>>): string =>
  `${method} ${path} HTTP/1.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
