import { describe, expect, it } from 'vitest';
import { textOfHtml } from './html-text.ts';

describe('text of HTML', () => {
  it.each([
    ['a &amp; b &#x41;&#66;&nbsp;&unknown;', 'a & b AB\u00a0&unknown;'],
    ['<p>one</p><p>two</p>', 'one\ntwo'],
    ['one<br/>two', 'one\ntwo'],
    ['k<b></b>i<!-- x -->ll', 'kill'],
    ['<a title="a > b" href=\'>\'>word</a>', 'word'],
    ['1 < 2 and <3', '1 < 2 and <3'],
    ['safe <b hidden words', 'safe <b hidden words'],
    ['safe <!-- hidden words', 'safe <!-- hidden words'],
    ['<style>p{}</style>seen<script>x</scr</script>too', 'seen\ntoo'],
    ['<script>never ends', 'never ends'],
    ['İİ<SCRIPT>x</SCRIPT>İ', 'İİ\nİ'],
    ['&#0;&#xd800;&#x110000;', '\ufffd\ufffd\ufffd'],
    ['', ''],
  ])('%s', (html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  it('reads anything in linear time', () => {
    for (const piece of ['<', '<a "', '<!--', '<a href="', '</', '<script>', '&#', '&a', ' ', ' \n', '<b>']) {
      // Quadratic work over a megabyte would not end within the time of a test.
      const html = piece.repeat(1_000_000 / piece.length);
      expect(textOfHtml(html).length).toBeLessThanOrEqual(html.length);
    }
  });
});
