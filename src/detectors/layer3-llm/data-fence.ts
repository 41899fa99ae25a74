/** Invisible, and of no use to a reader: format characters, tags, variation selectors, control characters other than line feed and tab. */
const invisible = /\p{Cf}|\p{Cc}|\p{Co}|\p{Cn}|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;
const kept = new Set(['\n', '\t']);
const lineBreaks = /\r\n?|[\u2028\u2029\u0085\v\f]/g;

/** Angle brackets in all their forms: servers read `<|im_start|>`, `<end_of_turn>` and their kin as turns of the conversation. */
const opening = /[<\u276e\uff1c\ufe64]/g;
const closing = /[>\u276f\uff1e\ufe65]/g;
/** `[INST]`, `[/INST]`, `[TOOL_CALLS]` and their kin. */
const bracketed = /\[(\/?[A-Z_]{3,20})\]/g;

/** Text from outside as a model may read it: nothing hidden, no end of a turn, no line that is not a line. */
export const harmless = (text: string): string =>
  text
    .toWellFormed()
    .replace(lineBreaks, '\n')
    .replace(invisible, (character) => (kept.has(character) ? character : ''))
    .replace(opening, '\u2039')
    .replace(closing, '\u203a')
    .replace(bracketed, '($1)');

/** Puts the request's mark before every line, so that no line of the data can pass for one of ours. */
export const fenced = (text: string, mark: string): string =>
  text
    .split('\n')
    .map((line) => `${mark}| ${line}`)
    .join('\n');

/** A model's words, shown to people as text: one paragraph without invisible characters, at most so many UTF-16 code units. */
export const plainSentence = (text: string, maximum: number): string => {
  const flat = text.toWellFormed().replace(/\s+/gu, ' ').replace(invisible, '').trim();
  return flat.length <= maximum
    ? flat
    : `${flat
        .slice(0, maximum - 1)
        .toWellFormed()
        .replace(/\ufffd$/u, '')}\u2026`;
};
