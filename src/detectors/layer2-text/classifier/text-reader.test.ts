import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTextEncoder } from '../encoder/text-encoder.ts';
import { createNgramStage } from '../ngram-stage.ts';
import { createTextReader } from './text-reader.ts';

const ngram = createNgramStage();
const encoder = createTextEncoder({ processes: 1 });
const reader = createTextReader({ ngram, encoder });
const never = new AbortController().signal;
beforeAll(() => Promise.all([ngram.open(), encoder.open()]));
afterAll(() => Promise.all([ngram.close(), encoder.close()]));

const insult = 'go away you worthless idiot everyone hates you and your kind';
const inStyle = (firstLetter: number) => insult.replaceAll(/[a-z]/g, (letter) => styled(letter, firstLetter));
const styled = (letter: string, first: number) => String.fromCodePoint(first + letter.charCodeAt(0) - 97);
const harassmentOf = async (text: string) => (await reader.read(text, never, true)).found?.scores.get('harassment');

describe('a text in disguise', () => {
  it.each([
    ['mathematical', 0x1d41a],
    ['wide', 0xff41],
  ])('of which the encoder knows no word as it stands counts by what it says: %s letters', async (_style, first) => {
    const { found } = await reader.read(inStyle(first), never, false);
    expect(found?.read?.windows.total).toBe(1);
    expect(found?.scores.get('harassment')).toBeGreaterThan(0.9 * (await harassmentOf(insult))!);
  });

  it('is read where the first stage is suspicious when it is too long to be read whole', async () => {
    const harmless = 'the garden looked lovely this morning and we walked along the river with the dog for an hour. ';
    const hidden = 'y0u w0rthless 1d10t, everyb0dy hates y0u';
    const text = `${harmless.repeat(90)}${hidden}. ${harmless.repeat(90)}`;
    const { found } = await reader.read(text, never, false);
    expect(found?.read?.windows).toMatchObject({ read: 16 });
    const plain = found?.read?.readings[1]?.scores.get('harassment');
    const asItStands = found?.read?.readings[0]?.scores.get('harassment');
    expect(plain).toBeGreaterThan(0.5);
    expect(plain).toBeGreaterThan(asItStands!);
    // The window is that of the reading that found it, in the text as it was given.
    const window = found?.read?.best.get('harassment');
    expect(text.slice(window?.start, window?.end)).toContain('1d10t');
  });
});
