import { isUtf8 } from 'node:buffer';
import { malformedRequest } from './problem-error.ts';

export const maximumJsonDepth = 64;

/** Offset of the bracket that opens level `limit + 1`, or -1. Strings are skipped; the text need not be valid JSON. */
export const findTooDeep = (text: string, limit: number): number => {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) {
      index += 1;
      while (index < text.length && text.charCodeAt(index) !== 0x22) index += text.charCodeAt(index) === 0x5c ? 2 : 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > limit) return index;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return -1;
};

const placeOf = (message: string, text: string): string => {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return 'body';
  const before = text.slice(0, Number(position));
  const line = before.split('\n').length;
  return `body, line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
};

/**
 * Parses a JSON request body from outside: UTF-8, at most 64 levels deep.
 * @throws ProblemError 400 with the place of the fault
 */
export const parseJsonBody = (bytes: Buffer): unknown => {
  if (bytes.length === 0) {
    throw malformedRequest({ detail: 'The body is empty.', remedy: 'Send a JSON object as the request body.' });
  }
  if (!isUtf8(bytes)) {
    throw malformedRequest({
      detail: 'The body is not valid UTF-8.',
      remedy: 'Encode the request body as UTF-8.',
      errors: [{ path: 'body', message: 'invalid UTF-8' }],
    });
  }
  const text = bytes.toString('utf8');
  const tooDeep = findTooDeep(text, maximumJsonDepth);
  if (tooDeep >= 0) {
    throw malformedRequest({
      detail: `The body nests deeper than ${maximumJsonDepth} levels (at character ${tooDeep}).`,
      remedy: `Flatten the document to at most ${maximumJsonDepth} levels.`,
      errors: [{ path: `body, character ${tooDeep}`, message: 'nested too deeply' }],
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's own message can quote content, so only the place is passed on.
    const place = placeOf(error instanceof Error ? error.message : '', text);
    throw malformedRequest({
      detail: `The body is not valid JSON (${place}).`,
      remedy: 'Send one well-formed JSON document with content-type application/json.',
      errors: [{ path: place, message: 'invalid JSON' }],
    });
  }
};
