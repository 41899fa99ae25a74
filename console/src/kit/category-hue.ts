/** Hues that stay apart from each other, for the categories that every installation knows. Colour never stands alone. */
const hues: Record<string, number> = {
  hate_speech: 30,
  harassment: 75,
  sexual: 355,
  violence: 320,
  self_harm: 285,
  spam: 240,
  misinformation: 205,
  csam: 340,
  ncii: 5,
  terrorism: 50,
  copyright: 150,
  personal_data: 175,
  toxicity: 100,
};

/** The hue of a category in OKLCH degrees; a policy's own categories get a stable one from their key. */
export const categoryHue = (category: string | undefined): number => {
  if (category === undefined) return 195;
  const known = hues[category];
  if (known !== undefined) return known;
  let hash = 7;
  for (const character of category) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
};
