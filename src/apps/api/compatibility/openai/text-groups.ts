/** What the models have at a time: each text has a time limit there, and other requests are to come in between. */
const mostTexts = 8;
const mostCharacters = 20_000;

/** Texts in groups that are looked at one after the other, in order: at most 8 and 20,000 UTF-16 code units, or one text that is longer. */
export const textGroups = (texts: readonly string[]): readonly (readonly string[])[] => {
  const groups: string[][] = [];
  let characters = 0;
  for (const text of texts) {
    const group = groups.at(-1);
    if (group === undefined || group.length === mostTexts || characters + text.length > mostCharacters) {
      groups.push([text]);
      characters = text.length;
    } else {
      group.push(text);
      characters += text.length;
    }
  }
  return groups;
};
