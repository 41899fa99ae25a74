/** A piece of a text: UTF-16 code units from `begin` up to, not including, `end`. */
export interface TextSpan {
  readonly begin: number;
  readonly end: number;
}

/** Sentences of a text that get scores of their own; the last takes what is left. */
export const maximumSpans = 64;

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

const trimmed = (text: string, begin: number, end: number): TextSpan => {
  const piece = text.slice(begin, end);
  const lead = piece.length - piece.trimStart().length;
  return { begin: begin + lead, end: begin + piece.trimEnd().length };
};

/** The sentences of a text (Unicode Annex 29), without the blanks around them. None where there is only blank. */
export const sentenceSpans = (text: string): readonly TextSpan[] => {
  const spans: TextSpan[] = [];
  for (const { index, segment } of sentences.segment(text)) {
    if (segment.trim() === '') continue;
    if (spans.length === maximumSpans - 1) {
      spans.push(trimmed(text, index, text.length));
      break;
    }
    spans.push(trimmed(text, index, index + segment.length));
  }
  return spans;
};
