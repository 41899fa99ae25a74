/**
 * Characters that pass for a Latin letter, written by eye from the Unicode charts and from what "fancy text" generators emit.
 * Everything that Unicode itself decomposes (mathematical, full-width, circled, superscript) is left to NFKD.
 */

/** Latin, phonetic and small-capital letters, and scripts that nobody writes prose in here: always read as the Latin letter. */
const alwaysLatin: Record<string, string> = {
  a: 'ɑⱥɐꬰᴀᗩᗅꓮᎪ⍺',
  b: 'ƀɓƃʙᏴᗷᗸꓐ',
  c: 'ƈȼɕꞓᴄɔↄᏟᑕꓚ',
  d: 'đðɖɗƌᴅꭰᎠᗪᗞꓓ',
  e: 'ɛɘəǝɇᴇᎬꓰᗴᕮℯ℮',
  f: 'ƒꜰꞙᖴꓝ',
  g: 'ɡɠɢǥᏀᎶꓖ',
  h: 'ħɦɥʜⱨᎻᕼꓧ',
  i: 'ıɨɩɪᎥᏆꓲ',
  j: 'ɉʝɟȷᴊᎫᒍꓙ',
  k: 'ƙʞᴋⱪĸᏦꓗᛕ',
  l: 'łɫɭƚʟⱡᏞᒪꓡ',
  m: 'ɱɯᴍᎷᗰꓟ',
  n: 'ɲɳŋƞɴᑎꓠ',
  o: 'øɵᴏꝋꓳ',
  p: 'ƥᵽᴘᏢᑭꓑ',
  q: 'ʠɋ',
  r: 'ɍɹɾɽʀᎡᏒᖇꓣ',
  s: 'ʂȿꜱꞩᏚᔕꓢ',
  t: 'ŧƭʈʇᴛⱦᎢꓔ',
  u: 'ʉʊᴜᑌꓴ',
  v: 'ʋʌᴠᏙᐯꓦ',
  w: 'ʍᴡⱳᏔᗯꓪ',
  x: '᙭ꓫ',
  y: 'ɏʏʎƴᎩᎽꓬ',
  z: 'ƶʐʑᴢȥⱬᏃꓜ',
};

/** Emoji and symbols that stand for letters. Code points beyond the basic plane are fine here. */
const symbolLetters: Record<string, string> = {
  a: '🅰',
  ab: '🆎',
  b: '🅱',
  i: 'ℹ',
  o: '🅾⭕',
  p: '🅿',
  m: 'Ⓜ',
  cl: '🆑',
  '!': '❗❕',
  '!!': '‼',
  '?': '❓❔',
  $: '💲',
};

/**
 * Letters of living alphabets that look like a Latin one in lower case. A word made of nothing else is read as Latin ("соск");
 * a word with any other letter of its alphabet is left alone unless it mixes alphabets.
 */
const closeForeign: Record<string, string> = {
  a: 'аα',
  b: 'вβ',
  c: 'сϲ',
  d: 'ԁ',
  e: 'еєεҽ',
  h: 'нһհ',
  i: 'іι',
  j: 'јϳյ',
  k: 'кκ',
  l: 'ӏ',
  m: 'м',
  n: 'ηոռ',
  o: 'оοօσ',
  p: 'рρ',
  q: 'ԛզ',
  s: 'ѕ',
  t: 'тτ',
  u: 'υս',
  v: 'νѵ',
  w: 'ԝωѡ',
  x: 'хχҳ',
  y: 'уγү',
};

/** Read as Latin only inside a word that already mixes alphabets: "fцck", "ѕнiт". */
const farForeign: Record<string, string> = {
  a: 'дλค',
  b: 'бьъ',
  c: 'ҫ',
  d: 'δძ๔',
  e: 'эзξ',
  f: 'ғӻ',
  g: 'ցԍ',
  h: 'ђћң',
  k: 'ҝқҟ',
  l: 'լ',
  m: 'ʍ๓',
  n: 'ипийлпภ',
  o: 'фθ๏',
  p: 'ק',
  r: 'яг',
  s: 'ร',
  t: 'դ',
  u: 'цμย',
  w: 'шщψฬש',
  y: 'чץ',
  z: 'ζ',
};

const invert = (table: Record<string, string>): Map<number, string> => {
  const inverted = new Map<number, string>();
  for (const [letter, characters] of Object.entries(table)) {
    for (const character of characters) {
      inverted.set(character.codePointAt(0)!, letter);
      inverted.set(character.toLowerCase().codePointAt(0)!, letter);
    }
  }
  return inverted;
};

const addRange = (table: Map<number, string>, first: number): void => {
  for (let index = 0; index < 26; index += 1) table.set(first + index, String.fromCharCode(97 + index));
};

/** Code point to its Latin reading, whatever stands around it. */
export const latinReadings: ReadonlyMap<number, string> = (() => {
  const readings = new Map([...invert(alwaysLatin), ...invert(symbolLetters)]);
  addRange(readings, 0x1f150); // negative circled
  addRange(readings, 0x1f170); // negative squared
  addRange(readings, 0x1f1e6); // regional indicators
  addRange(readings, 0x249c); // parenthesised small
  addRange(readings, 0x1f110); // parenthesised capital
  for (const [character, reading] of [
    ['æ', 'ae'],
    ['œ', 'oe'],
    ['ẞ', 'ss'],
    ['ß', 'ss'],
    ['þ', 'th'],
  ] as const) {
    readings.set(character.codePointAt(0)!, reading);
  }
  return readings;
})();

const unitTable = (table: Map<number, string>): Uint8Array => {
  const units = new Uint8Array(65_536);
  for (const [codePoint, letter] of table) if (codePoint < 65_536) units[codePoint] = letter.charCodeAt(0);
  return units;
};

/** Code unit of a lower-case foreign letter to its Latin twin's code unit; 0 where there is none. */
export const closeTwin: Uint8Array = unitTable(invert(closeForeign));
/** As `closeTwin`, for words that mix alphabets. */
export const mixedTwin: Uint8Array = unitTable(new Map([...invert(farForeign), ...invert(closeForeign)]));

const cyrillicTwins = 'aаbвcсeеhнiіjјkкmмoоpрsѕtтxхyу';

/** Latin code unit to its Cyrillic twin's code unit; 0 where there is none. For Cyrillic words disguised with Latin letters. */
export const cyrillicTwin: Uint16Array = (() => {
  const twins = new Uint16Array(128);
  for (let index = 0; index < cyrillicTwins.length; index += 2) {
    twins[cyrillicTwins.charCodeAt(index)] = cyrillicTwins.charCodeAt(index + 1);
  }
  return twins;
})();

/** True for a lower-case letter of an alphabet whose letters pass for Latin ones (Greek, Cyrillic, Armenian). */
export const isForeignLetter = (unit: number): boolean =>
  (unit >= 0x370 && unit <= 0x3ff) ||
  (unit >= 0x400 && unit <= 0x52f) ||
  (unit >= 0x561 && unit <= 0x587) ||
  (unit > 127 && mixedTwin[unit] !== 0);

export const isCyrillic = (unit: number): boolean => unit >= 0x400 && unit <= 0x52f;
