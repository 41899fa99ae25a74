import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePatternSet, patternLimits } from './pattern-set.ts';

const compile = (...sources: string[]) => compilePatternSet(sources.map((source) => ({ source })));

describe('a pattern set', () => {
  it('says which patterns match, and where', () => {
    const { set, errors } = compile('\\bfree\\s+money\\b', 'nothing', '(?i)CODE[0-9]+');
    expect(errors).toEqual([]);
    expect(set.match('get free  money with code77, code8')).toEqual({
      complete: true,
      matches: [
        { entry: 0, start: 4, end: 15 },
        { entry: 2, start: 21, end: 27 },
        { entry: 2, start: 29, end: 34 },
      ],
    });
  });

  it('counts offsets in UTF-16, and survives lone surrogates', () => {
    const { set } = compile('b+');
    expect(set.match('😀\ud800bb').matches).toEqual([{ entry: 0, start: 3, end: 5 }]);
  });

  it('refuses what RE2 cannot do, with the place and the reason, and keeps the rest', () => {
    const { set, errors } = compile('good', 'x(?=y)', '(a)\\1', 'a++', 'ab[c', 'a*');
    expect(set.size).toBe(1);
    expect(errors.map(({ index, code, offset }) => [index, code, offset])).toEqual([
      [1, 'unsupported', 1],
      [2, 'unsupported', 3],
      [3, 'unsupported', 1],
      [4, 'syntax', 2],
      [5, 'matches_empty_text', 0],
    ]);
    for (const { reason } of errors) expect(reason.length).toBeGreaterThan(10);
    expect(set.match('good').matches).toEqual([{ entry: 0, start: 0, end: 4 }]);
  });

  it('refuses patterns that are too long, too large or too many', () => {
    const codes = (...sources: string[]) => compile(...sources).errors.map(({ code }) => code);
    expect(codes('a'.repeat(patternLimits.sourceLength + 1))).toEqual(['too_long']);
    expect(codes('(?:abcdefghij){100}')).toEqual(['too_large']);
    expect(codes('(?:(?:a{100}){100}){100}')).toEqual(['too_large']);
    expect(new Set(codes(...Array.from({ length: 1_005 }, (_, index) => `x${index}y`)))).toEqual(new Set(['too_many']));
  });

  it('admits that it did not finish where a text is too much for its patterns', () => {
    const { set } = compile(...Array.from({ length: 60 }, (_, index) => `(x|a|b){0,120}y${index}`));
    let seed = 1;
    const text = Array.from({ length: 30_000 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % 2 === 0 ? 'a' : 'b';
    }).join('');
    expect(set.match(text).complete).toBe(false);
  });

  it('stops when told to', () => {
    expect(compile('a').set.match('aaa', () => true)).toEqual({ matches: [], complete: false });
  });

  it('never throws, whatever the patterns and the text', () => {
    const source = fc
      .array(fc.constantFrom(...'ab(|)*+?[]{}1,9\\^$.dpLk<=!-'), { maxLength: 20 })
      .map((p) => p.join(''));
    fc.assert(
      fc.property(fc.array(source, { maxLength: 5 }), fc.string({ unit: 'binary', maxLength: 60 }), (sources, text) => {
        const { set, errors } = compile(...sources);
        expect(set.size + errors.length).toBe(sources.length);
        for (const { start, end } of set.match(text).matches) expect(end).toBeGreaterThan(start);
      }),
      { numRuns: 1_000 },
    );
  });
});
