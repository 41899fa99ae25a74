/** Hues that stay apart from each other, for the categories that every installation knows. Colour never stands alone. */
const hues: Record<string, number> = {
  hate_speech: 25,
  harassment: 50,
  sexual: 350,
  violence: 5,
  self_harm: 300,
  spam: 235,
  misinformation: 265,
  csam: 325,
  ncii: 335,
  terrorism: 15,
  copyright: 200,
  personal_data: 180,
  toxicity: 75,
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
