/**
 * Writes vocab/emoji-names.json: what emoji are called in English, for those that the vocabulary does not know. To a reader they are words,
 * and without names all of them would be the same unknown token.
 *
 *   npm install --no-save unicode-emoji-json@0.9.0 && node models/text/make-emoji-names.ts node_modules/unicode-emoji-json/data-by-emoji.json
 *
 * Names are the short names of Unicode's CLDR (Unicode License v3). Single characters only: what is joined of several reads as several.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VARIATION = '\ufe0f';

const source = process.argv[2];
if (source === undefined) throw new Error('Name data-by-emoji.json of the package unicode-emoji-json');
const vocabulary = new Set(readFileSync(join(import.meta.dirname, 'vocab/vocab.txt'), 'utf8').split('\n'));
const names: Record<string, string> = {};
for (const [emoji, { name }] of Object.entries(
  JSON.parse(readFileSync(source, 'utf8')) as Record<string, { name: string }>,
)) {
  const bare = emoji.replaceAll(VARIATION, '');
  const code = bare.codePointAt(0) ?? 0;
  // Keycaps begin with a digit or a sign that is text by itself.
  if ([...bare].length !== 1 || code < 0xa9 || vocabulary.has(bare)) continue;
  const words = name.toLowerCase().match(/[a-z]+/g);
  if (words !== null) names[bare] = words.join(' ');
}
// Skin tones colour the emoji before them: they are left out.
for (let code = 0x1f3fb; code <= 0x1f3ff; code += 1) names[String.fromCodePoint(code)] = '';
const lines = Object.entries(names)
  .sort(([a], [b]) => a.codePointAt(0)! - b.codePointAt(0)!)
  .map(([emoji, name]) => `${JSON.stringify(emoji)}:${JSON.stringify(name)}`);
writeFileSync(join(import.meta.dirname, 'vocab/emoji-names.json'), `{${lines.join(',\n')}}\n`);
console.log(`${lines.length} names`);
