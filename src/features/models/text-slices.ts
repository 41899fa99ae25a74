/** Slices of texts by their length in words, from short to long. */
export const lengthSlices: readonly string[] = [
  '8 words or fewer',
  '9 to 30 words',
  '31 to 100 words',
  'more than 100 words',
];

const longest = [8, 30, 100];

/** Which of `lengthSlices` a text belongs to. */
export const lengthSlice = (text: string): string => {
  const words = text.split(/\s+/u).filter((word) => word !== '').length;
  const place = longest.findIndex((most) => words <= most);
  return lengthSlices[place === -1 ? longest.length : place]!;
};
