/** Elements whose content is not shown, and is not text. */
const unseen = new Set(['script', 'style', 'template', 'noscript', 'head', 'title']);
/** Elements that only mark words up: what stands before and after them reads as one. Others part what they stand between. */
const inline = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);
const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  shy: '\u00ad',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  zwj: '\u200d',
  zwnj: '\u200c',
};

const characterOf = (code: number): string =>
  code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '\ufffd';

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,8})|#(\d{1,8})|([a-z]{2,8}));?/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    if (decimal !== undefined) return characterOf(Number.parseInt(decimal, 10));
    return namedEntities[String(name).toLowerCase()] ?? whole;
  });

/** Index behind the `>` that ends the tag which begins at `start`, minding quoted attribute values; -1 where none does. */
const endOfTag = (html: string, start: number): number => {
  let quote = '';
  for (let index = start + 1; index < html.length; index += 1) {
    const character = html[index]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return index + 1;
    else if ((character === '"' || character === "'") && html[index - 1] === '=') quote = character;
  }
  return -1;
};

/** What a tag leaves in the text: nothing inside a word, else a line end, so that two paragraphs do not become one word. */
const gapOf = (name: string): string => (inline.has(name) ? '' : '\n');

/**
 * The text of a piece of HTML as a reader would see it: without tags, comments, scripts and styles, with entities decoded. One pass, in
 * time linear in its length, over anything at all. A tag that never ends is text, so that nothing can be hidden behind a `<`.
 */
export const textOfHtml = (html: string): string => {
  const pieces: string[] = [];
  // ASCII only: the lower case of some letters is longer, and places would no longer agree.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 4);
      if (close < 0) break;
      pieces.push(html.slice(at, open));
      at = close + 3;
      continue;
    }
    const name = /^<[/!?]?([a-z][a-z0-9:-]*)?/.exec(lower.slice(open, open + 40))?.[1];
    if (name === undefined && !/[/!?]/.test(html[open + 1] ?? '')) {
      // A `<` of its own, as in `1 < 2` or `<3`.
      pieces.push(html.slice(at, open + 1));
      at = open + 1;
      continue;
    }
    const end = endOfTag(html, open);
    if (end < 0) break;
    pieces.push(html.slice(at, open), gapOf(name ?? ''));
    at = end;
    if (name === undefined || !unseen.has(name) || html[open + 1] === '/') continue;
    const close = lower.indexOf(`</${name}`, end);
    if (close < 0) break;
    at = close;
  }
  pieces.push(html.slice(at));
  // Line by line: a pattern that looks for blanks before a line end takes quadratic time over blanks without one.
  const lines = decodeEntities(pieces.join('')).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
};
