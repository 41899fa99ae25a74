import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseVocabulary } from '#detectors/layer2-text/encoder/vocabulary.ts';
import { WordPieceTokenizer } from '#detectors/layer2-text/encoder/word-piece.ts';
import { textOfPart } from '#engine/item-parts.ts';
import { demoCommunity } from '../demo/community.ts';
import { seeded } from './layer1-text.ts';

/** Folder of the encoder that ships. */
export const encoderFolder = join(import.meta.dirname, '../models/text');
/** Tokens that the encoder reads at once. */
export const encoderLength = 128;
/** `[CLS]` and `[SEP]`, which the model reads with every text. */
const specialTokens = 2;

export const openTokenizer = (): WordPieceTokenizer =>
  new WordPieceTokenizer(parseVocabulary(readFileSync(join(encoderFolder, 'vocab/vocab.txt'), 'utf8')));

/** Texts of the demo community, in its order. */
export const demoTexts = (): string[] =>
  demoCommunity(Date.UTC(2026, 0, 15)).map(({ submission }) => textOfPart(submission.parts[0]));

/** Texts that the model reads as exactly so many tokens, the special ones among them: words of the demo community, no two texts alike. */
export const textsOfTokens = (tokens: number, count: number): string[] => {
  const tokenizer = openTokenizer();
  const random = seeded(tokens);
  const words = [...new Set(demoTexts().flatMap((text) => text.split(/\s+/)))].filter(
    (word) => /^[a-z]{2,9}$/.test(word) && tokenizer.tokenize(word).ids.length === 1,
  );
  return Array.from({ length: count }, () =>
    Array.from({ length: tokens - specialTokens }, () => words[Math.floor(random() * words.length)]!).join(' '),
  );
};
