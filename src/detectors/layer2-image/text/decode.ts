import type { FloatTensor } from '../../inference/session.ts';

/** What the recognition network read in one line. */
export interface ReadLine {
  readonly text: string;
  /** Mean probability of the characters, 0..1; 0 where there are none. */
  readonly confidence: number;
}

/** The characters that outputs 1, 2, ... stand for: the lines of the dictionary file and a space. Output 0 is "no character". */
export const readDictionary = (file: string): readonly string[] => [...file.split('\n'), ' '];

/**
 * A space is read where its probability reaches this between two characters, although "no character" is likelier: the network was trained on
 * Chinese above all and is shy of spaces. On 22 English lines in 14 pictures, 232 gaps between words had 0.058 or more, and 837 between
 * letters 0.0094 or less; the likeliest output alone missed a third of the spaces.
 */
const SPACE_FROM = 0.03;

/**
 * Greedy decoding of connectionist temporal classification: the likeliest output per step, repetitions as one, without the blanks.
 * @throws Error where the network has other outputs than the dictionary
 */
export const decodeLine = ({ dims, data }: FloatTensor, dictionary: readonly string[]): ReadLine => {
  const [, steps = 0, outputs = 0] = dims;
  if (outputs !== dictionary.length + 1) {
    throw new Error(`the network has ${outputs} outputs for ${dictionary.length} characters`);
  }
  const space = outputs - 1;
  let text = '';
  let sum = 0;
  let characters = 0;
  let previous = 0;
  let gap = 0;
  for (let step = 0; step < steps; step += 1) {
    const from = step * outputs;
    let best = 0;
    for (let output = 1; output < outputs; output += 1) {
      if (data[from + output]! > data[from + best]!) best = output;
    }
    if (best !== 0 && best !== space && best !== previous) {
      text += (gap >= SPACE_FROM && characters > 0 ? ' ' : '') + dictionary[best - 1]!;
      sum += data[from + best]!;
      characters += 1;
      gap = 0;
    }
    gap = Math.max(gap, data[from + space]!);
    previous = best;
  }
  return { text: text.trim(), confidence: characters === 0 ? 0 : sum / characters };
};
