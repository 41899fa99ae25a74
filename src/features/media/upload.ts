import type { Readable } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '#platform/http/problem-error.ts';
import { brokenForm, noFile, notMultipart, slowUpload, tooManyParts } from './media-errors.ts';

export interface UploadTimes {
  /** Longest pause between two pieces, milliseconds. */
  readonly idleMs: number;
  /** For the whole file, milliseconds; less than the server's own limit, so that the sender is told. */
  readonly wholeMs: number;
}

export const usualUploadTimes: UploadTimes = { idleMs: 20_000, wholeMs: 110_000 };

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What the form parser found wrong, as an answer; other errors as they are. */
export const formProblem = (error: unknown): unknown => {
  if (error instanceof ProblemError) return error;
  const code = codeOf(error);
  if (code === 'FST_INVALID_MULTIPART_CONTENT_TYPE') return notMultipart();
  if (/^FST_(PARTS|FILES|FIELDS)_LIMIT$/.test(code)) return tooManyParts();
  if (code.startsWith('FST_') || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return brokenForm(error);
  }
  // The parser below has no codes: "Unexpected end of multipart data", "Malformed part header".
  return error instanceof Error && /multipart|part header|boundary/i.test(error.message) ? brokenForm(error) : error;
};

/** The form's only file. @throws ProblemError 400, 415, 422 */
export const fileOf = async (request: FastifyRequest, maximumBytes: number): Promise<MultipartFile> => {
  if (!request.isMultipart()) throw notMultipart();
  try {
    const file = await request.file({
      // One byte more than is taken, so that whoever counts sees that it is too many. The parser swallows the rest.
      limits: { fileSize: maximumBytes + 1, files: 1, fields: 0, parts: 1, headerPairs: 20, fieldNameSize: 100 },
      throwFileSizeLimit: false,
    });
    if (file === undefined) throw noFile();
    if (file.fieldname !== 'file') throw tooManyParts();
    return file;
  } catch (error) {
    throw formProblem(error);
  }
};

/** The stream's pieces for as long as they keep coming. @throws ProblemError 408 */
export async function* timely(stream: Readable, { idleMs, wholeMs }: UploadTimes): AsyncGenerator<Uint8Array> {
  const end = () => stream.destroy(slowUpload());
  const whole = setTimeout(end, wholeMs);
  let idle = setTimeout(end, idleMs);
  try {
    for await (const piece of stream) {
      clearTimeout(idle);
      yield piece as Uint8Array;
      idle = setTimeout(end, idleMs);
    }
  } finally {
    clearTimeout(whole);
    clearTimeout(idle);
  }
}
