import type { Socket } from 'node:net';
import { malformedRequest, ProblemError } from './problem-error.ts';

const reasonPhrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

const problemOf = (code: string | undefined): ProblemError => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError({
        status: 431,
        type: 'headers-too-large',
        title: 'Headers too large',
        detail: 'The headers of the request are larger than this server takes.',
        remedy: 'Send fewer or shorter headers; content belongs in the body.',
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError({
        status: 408,
        type: 'request-timeout',
        title: 'Request timed out',
        detail: 'The request did not arrive in time; nothing of it was kept.',
        remedy: 'Send it again on a new connection.',
      });
    default:
      return malformedRequest({
        detail: 'What was sent is not an HTTP request.',
        remedy: 'Send HTTP/1.1 with one Host header and a right content-length or transfer-encoding.',
      });
  }
};

/** Answers what never became a request, such as broken headers, and closes the connection. */
export const answerClientError = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(error.code);
  const body = JSON.stringify(problem.toProblem());
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${reasonPhrases[problem.status]}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};
