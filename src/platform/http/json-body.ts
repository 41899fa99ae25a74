import { isUtf8 } from 'node:buffer';
import { findJsonFault } from './json-fault.ts';
import { invalidRequest, malformedRequest } from './problem-error.ts';

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

const placeOf = (text: string): string => {
  const before = text.slice(0, findJsonFault(text));
  const line = before.split('\n').length;
  return `body, line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
};

const reservedKey = '__proto__';

/** Path of a member named `__proto__`, as in `metadata.__proto__`; undefined where there is none. */
const findReservedKey = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const name = Array.isArray(value) ? `[${key}]` : key;
    if (key === reservedKey) return name;
    const inside = findReservedKey(member);
    if (inside !== undefined) return inside.startsWith('[') ? `${name}${inside}` : `${name}.${inside}`;
  }
  return undefined;
};

/** JavaScript gives this name a meaning of its own, and what it passes on the way drops it silently: so it is refused by name. */
const refuseReservedKeys = (value: unknown, text: string): void => {
  if (!/__proto__|\\u005f/i.test(text)) return;
  const path = findReservedKey(value);
  if (path === undefined) return;
  throw invalidRequest({
    detail: `The body is not valid: ${path}: unknown field.`,
    remedy: 'Remove the field named under `errors`.',
    errors: [{ path, message: 'unknown field; remove it or check its spelling' }],
  });
};

/**
 * Parses a JSON request body from outside: UTF-8, at most 64 levels deep, no member named `__proto__`.
 * @throws ProblemError 400, or 422 for such a member, with the place of the fault
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
  const value = parse(text);
  refuseReservedKeys(value, text);
  return value;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message quotes content and does not always say where, so the place is looked for again.
    const place = placeOf(text);
    throw malformedRequest({
      detail: `The body is not valid JSON (${place}).`,
      remedy: 'Send one well-formed JSON document with content-type application/json.',
      errors: [{ path: place, message: 'invalid JSON' }],
    });
  }
};
