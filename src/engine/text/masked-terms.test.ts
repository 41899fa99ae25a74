import { describe, expect, it } from 'vitest';
import { MaskedTerms } from './masked-terms.ts';

const terms = new MaskedTerms([
  { term: 'zorklet', mode: 'word' },
  { term: 'blip', mode: 'prefix' },
  { term: 'blop', mode: 'word' },
  { term: 'two words', mode: 'word' },
]);
const found = (text: string) =>
  terms.scan(text, 100).map(({ entry, start, end }) => `${entry}:${text.slice(start, end)}`);

describe('blotted words', () => {
  it.each(['z*rklet', 'zo**let', 'z#%klet', 'zor💩let', 'zo--let', '"zor••et"!'])('are found: %s', (text) => {
    expect(found(`so ${text} it is`)).toHaveLength(1);
  });

  it('fit every term of their shape', () => {
    expect(found('bl*p')).toEqual(['1:bl*p', '2:bl*p']);
  });

  it('may go on in the usual endings where a term is the start of a word', () => {
    expect(found('bl*pping bl*ping bl*ps')).toEqual(['1:bl*ping', '1:bl*ps']);
  });

  it.each([
    'z*****t',
    'zorklet',
    'zor-let',
    '*zorklet*',
    '**zo** **klet**',
    'z**',
    '2*3*4',
    'zorkle*',
    'xz*rklet',
    'z*rklets',
  ])('are not seen in %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('stop at the limit', () => {
    expect(terms.scan('z*rklet '.repeat(50), 7)).toHaveLength(7);
  });
});
