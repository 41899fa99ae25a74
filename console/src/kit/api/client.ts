import type { z } from 'zod';
import { problemFrom, UnexpectedAnswer, Unreachable } from './problem.ts';

interface RequestOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly accept?: string;
}

let csrfToken: string | null = null;
let signedOut: () => void = () => undefined;

/** The token of the current session; the server asks for it with everything that changes something. */
export const rememberCsrfToken = (token: string | null): void => {
  csrfToken = token;
};

/** Called whenever the server says that nobody is signed in any more. */
export const onSignedOut = (listener: () => void): void => {
  signedOut = listener;
};

/** What a request that changes something has to carry. */
export const csrfHeader = (): Record<string, string> => (csrfToken === null ? {} : { 'x-csrf-token': csrfToken });

/** Acts on an answer that says that nobody is signed in any more. */
export const noticeSignedOut = (status: number, path: string): void => {
  if (status === 401 && !path.startsWith('/v1/session')) signedOut();
};

/** Checks an answer against its contract. @throws UnexpectedAnswer */
export const checked = <T extends z.ZodType>(route: string, schema: T, body: unknown): z.output<T> => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UnexpectedAnswer(route, parsed.error.issues[0]?.path.map(String).join('.') || 'the top level');
};

/**
 * Sends a request to the server that serves this page.
 * @throws ApiProblem for an answer of 400 and above, Unreachable when there is none
 */
export const send = async (method: string, path: string, options: RequestOptions = {}): Promise<Response> => {
  const headers: Record<string, string> = {
    accept: options.accept ?? 'application/json',
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(method === 'GET' ? {} : csrfHeader()),
  };
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Unreachable(error);
  }
  if (!response.ok) {
    const problem = await problemFrom(response);
    noticeSignedOut(problem.status, path);
    throw problem;
  }
  return response;
};

/** Sends a request and checks the answer against its contract. @throws also UnexpectedAnswer */
export const request = async <T extends z.ZodType>(
  method: string,
  path: string,
  schema: T,
  options: RequestOptions = {},
): Promise<z.output<T>> => {
  const response = await send(method, path, options);
  const body: unknown = response.status === 204 ? null : await response.json();
  return checked(`${method} ${path.split('?')[0]}`, schema, body);
};

/** Sends a request whose answer does not matter beyond its success. */
export const command = async (method: string, path: string, options: RequestOptions = {}): Promise<void> => {
  await send(method, path, options);
};

/** `{ a: 1, b: undefined }` as `?a=1`, or nothing. */
export const queryString = (fields: Record<string, string | number | boolean | null | undefined>): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== '' && value !== false) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
};
