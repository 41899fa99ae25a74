import { describe, expect, it } from 'vitest';
import { jsonPointerPattern, valueAt } from './json-pointer.ts';

/** The document of RFC 6901, section 5. */
const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'm~n': 8, deep: { list: [{ score: 0.5 }] } };

describe('C7 JSON Pointers', () => {
  it.each([
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/m~0n', 8],
    ['/deep/list/0/score', 0.5],
  ])('%s finds what stands there', (pointer, value) => {
    expect(jsonPointerPattern.test(pointer)).toBe(true);
    expect(valueAt(document, pointer)).toEqual(value);
  });

  it.each([
    '/nothing',
    '/foo/2',
    '/foo/-',
    '/foo/00',
    '/foo/length',
    '/foo/0/0',
    '/constructor',
    '/__proto__/foo',
    '/deep/list/0/score/x',
  ])('%s finds nothing', (pointer) => expect(valueAt(document, pointer)).toBeUndefined());

  it.each(['', 'foo', '/a~2b', '/a~'])('%j is no pointer', (pointer) =>
    expect(jsonPointerPattern.test(pointer)).toBe(false),
  );
});
