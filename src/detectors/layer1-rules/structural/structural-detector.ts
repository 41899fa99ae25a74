import type { TextPart } from '#contracts/item.ts';
import type { Evidence } from '#contracts/signal.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { normalise } from '#engine/text/normalise.ts';
import { createTextDetector, type TextFindings } from '../text-detector.ts';
import { findEvasion, findMarkPiles } from './disguise.ts';
import type { Finding } from './finding.ts';
import { findCapitals, findCharacterFlood, findEmojiFlood, findExclamations } from './floods.ts';
import { findRepetition } from './repetition.ts';
import { simhash64 } from './simhash.ts';
import { findWords } from './words.ts';

/** The shape of a text alone is never proof. */
const highestScore = 0.7;

const toEvidence =
  (partId: string, length: number) =>
  ({ spans, label, weight }: Finding): Evidence[] =>
    (spans.length > 0 ? spans : [{ start: 0, end: length }]).map(({ start, end }) => ({
      kind: 'span',
      partId,
      start,
      end,
      category: 'spam',
      label,
      weight,
    }));

const inspect = (part: TextPart): TextFindings => {
  const text = normalise(part.text);
  const words = findWords(text);
  const findings = [
    findRepetition(text, words),
    findCapitals(part.text),
    findExclamations(part.text),
    findEmojiFlood(part.text),
    findCharacterFlood(part.text),
    findMarkPiles(text),
    findEvasion(text),
  ].filter((finding) => finding !== undefined);
  const clear = findings.reduce((product, { weight }) => product * (1 - weight), 1);
  const fingerprint = simhash64(text.text, words);
  return {
    scores: findings.length > 0 ? { spam: Math.round(Math.min(highestScore, 1 - clear) * 10_000) / 10_000 } : {},
    attributes: {
      ...Object.fromEntries(findings.map(({ name, value }) => [name, value])),
      ...(fingerprint === undefined ? {} : { simhash: fingerprint }),
    },
    evidence: findings.flatMap(toEvidence(part.id, part.text.length)),
  };
};

/**
 * The shape of a text: repetition, capitals, floods of marks, emoji or letters, piled-up marks, disguised letters. Scores `spam` only
 * where something was found. The attribute `simhash` is a fingerprint of the text's template, see `hammingDistance64`.
 */
export const createStructuralDetector = (): Detector =>
  createTextDetector({ id: 'structural', version: '1', judges: ['spam'], inspect });
