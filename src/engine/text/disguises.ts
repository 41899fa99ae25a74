/** A way to hide a word from a machine that a person still reads. Deterministic; gives the word back where it has nothing to change. */
export type Disguise = (word: string) => string;

const swap =
  (table: Readonly<Record<string, string>>): Disguise =>
  (word) =>
    [...word].map((letter) => table[letter] ?? letter).join('');

const alphabet = (first: number): Disguise =>
  swap(
    Object.fromEntries(
      [...'abcdefghijklmnopqrstuvwxyz'].map((letter, index) => [letter, String.fromCodePoint(first + index)]),
    ),
  );

const between =
  (separator: string): Disguise =>
  (word) =>
    [...word].join(separator);

const afterEach =
  (mark: string): Disguise =>
  (word) =>
    [...word].map((letter) => letter + mark).join('');

/** The first letter stays, so that a word never turns into a bare number. */
const behindFirst =
  (disguise: Disguise): Disguise =>
  (word) =>
    word.slice(0, 1) + disguise(word.slice(1));

/** The ways seen most, by name. `mixed_*` combine several. Used by tests, by the evaluation of evasion, and to attack one's own rules. */
export const disguises: Readonly<Record<string, Disguise>> = {
  upper_case: (word) => word.toUpperCase(),
  alternating_case: (word) =>
    [...word].map((letter, index) => (index % 2 === 0 ? letter : letter.toUpperCase())).join(''),
  dots: between('.'),
  spaces: between(' '),
  hyphens: between('-'),
  underscores: between('_'),
  asterisks: between('*'),
  slashes: between('/'),
  emoji_between: between('🔥'),
  one_dot: (word) => `${word.slice(0, 2)}.${word.slice(2)}`,
  parentheses: (word) => [...word].map((letter) => `(${letter})`).join(''),
  zero_width_space: between('\u200b'),
  zero_width_joiner: between('\u200d'),
  soft_hyphen: between('\u00ad'),
  word_joiner: between('\u2060'),
  invisible_tags: between('\u{e0041}'),
  mathematical_bold: alphabet(0x1d41a),
  mathematical_fraktur: alphabet(0x1d586),
  mathematical_monospace: alphabet(0x1d68a),
  full_width: alphabet(0xff41),
  circled: alphabet(0x24d0),
  parenthesised: alphabet(0x249c),
  squared: alphabet(0x1f130),
  negative_squared: alphabet(0x1f170),
  negative_circled: alphabet(0x1f150),
  regional_indicators: alphabet(0x1f1e6),
  regional_indicators_spaced: (word) => [...alphabet(0x1f1e6)(word)].join(' '),
  small_capitals: swap({
    a: 'ᴀ',
    b: 'ʙ',
    c: 'ᴄ',
    d: 'ᴅ',
    e: 'ᴇ',
    f: 'ꜰ',
    g: 'ɢ',
    h: 'ʜ',
    i: 'ɪ',
    k: 'ᴋ',
    l: 'ʟ',
    m: 'ᴍ',
    n: 'ɴ',
    o: 'ᴏ',
    p: 'ᴘ',
    r: 'ʀ',
    s: 'ꜱ',
    t: 'ᴛ',
    u: 'ᴜ',
    v: 'ᴠ',
    w: 'ᴡ',
    y: 'ʏ',
    z: 'ᴢ',
  }),
  cyrillic: swap({
    a: 'а',
    c: 'с',
    e: 'е',
    o: 'о',
    p: 'р',
    x: 'х',
    y: 'у',
    i: 'і',
    s: 'ѕ',
    j: 'ј',
    h: 'һ',
    d: 'ԁ',
    k: 'к',
    m: 'м',
    t: 'т',
  }),
  cyrillic_far: behindFirst(swap({ u: 'ц', n: 'п', w: 'ш', r: 'г', b: 'ь' })),
  greek: behindFirst(
    swap({ a: 'α', e: 'ε', i: 'ι', k: 'κ', n: 'η', o: 'ο', p: 'ρ', t: 'τ', u: 'υ', v: 'ν', x: 'χ', y: 'γ', w: 'ω' }),
  ),
  syllabics: swap({
    a: 'ᗩ',
    b: 'ᗷ',
    c: 'ᑕ',
    d: 'ᗪ',
    f: 'ᖴ',
    h: 'ᕼ',
    j: 'ᒍ',
    l: 'ᒪ',
    m: 'ᗰ',
    n: 'ᑎ',
    p: 'ᑭ',
    r: 'ᖇ',
    s: 'ᔕ',
    u: 'ᑌ',
    v: 'ᐯ',
    w: 'ᗯ',
    x: '᙭',
  }),
  diacritics: swap({
    a: 'á',
    c: 'ç',
    e: 'ë',
    g: 'ğ',
    i: 'ï',
    k: 'ķ',
    n: 'ñ',
    o: 'ø',
    s: 'š',
    t: 'ţ',
    u: 'ü',
    y: 'ÿ',
    z: 'ž',
  }),
  combining_marks: afterEach('\u0301\u0323'),
  strike_through: afterEach('\u0336'),
  zalgo: afterEach('\u0300\u0316\u0334\u0351\u0362\u031b\u0489\u0315'),
  leet_digits: behindFirst(swap({ a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' })),
  // A sign at the end of a word ends a sentence.
  leet_symbols: (word) => behindFirst(swap({ a: '@', i: '!', s: '$' }))(word.slice(0, -1)) + word.slice(-1),
  leet_one_for_l: (word) => (word.includes('i') ? word : behindFirst(swap({ l: '1' }))(word)),
  stretched: (word) => [...word].map((letter) => letter.repeat(4)).join(''),
  stretched_vowels: (word) => word.replace(/[aeiou]/g, (letter) => letter.repeat(5)),
  // Half of the letters stay to be seen; the first and the last always do.
  blotted: (word) =>
    word.length < 4
      ? word
      : word[0] + '*'.repeat(Math.floor(word.length / 2) - 1) + word.slice(Math.floor(word.length / 2)),
  mixed_leet_dots: (word) => between('.')(behindFirst(swap({ a: '4', e: '3', o: '0', i: '1' }))(word)),
  mixed_stretched_invisible: (word) => between('\u200b')([...word].map((letter) => letter.repeat(3)).join('')),
  mixed_letters: (word) =>
    [...word]
      .map((letter, index) => {
        const choose = [alphabet(0x1d41a), alphabet(0xff41), (plain: string) => plain.toUpperCase(), alphabet(0x24d0)];
        return choose[index % choose.length]!(letter);
      })
      .join(''),
  mixed_marks_spaces: (word) => between(' ')(afterEach('\u0301')(word)).replaceAll(' \u0301', '\u0301'),
};
