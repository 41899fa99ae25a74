import type { z } from 'zod';
import { checked, csrfHeader, noticeSignedOut } from './client.ts';
import { problemOf, Unreachable } from './problem.ts';

interface UploadOptions {
  /** How much has been sent, 0..1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
  /** Of a body that is sent as it is; a form says its own. */
  readonly contentType?: string;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Sends a file and tells how far it is, which `fetch` cannot.
 * @throws ApiProblem, UnexpectedAnswer and Unreachable as `request` does; an `AbortError` where it was called off
 */
export const upload = <T extends z.ZodType>(
  path: string,
  schema: T,
  body: FormData | Blob,
  { onProgress, signal, contentType }: UploadOptions = {},
): Promise<z.output<T>> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept', 'application/json');
    if (contentType !== undefined) request.setRequestHeader('content-type', contentType);
    for (const [name, value] of Object.entries(csrfHeader())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    };
    const abort = () => request.abort();
    signal?.addEventListener('abort', abort);
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    request.onabort = () => reject(new DOMException('The upload was called off.', 'AbortError'));
    request.onerror = () => reject(new Unreachable(request.statusText));
    request.onload = () => {
      const answer = parse(request.responseText);
      if (request.status >= 400) {
        noticeSignedOut(request.status, path);
        reject(problemOf(request.status, request.statusText, answer));
        return;
      }
      try {
        resolve(checked(`POST ${path.split('?')[0]}`, schema, answer));
      } catch (error) {
        reject(error);
      }
    };
    if (signal?.aborted) reject(new DOMException('The upload was called off.', 'AbortError'));
    else request.send(body);
  });
