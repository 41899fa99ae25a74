/** The outputs of the text model. */
export const HEADS = [
  'hate_speech',
  'harassment',
  'sexual',
  'violence',
  'self_harm',
  'spam',
  'toxicity',
  'severe_toxicity',
  'insult',
  'profanity',
  'threat',
  'identity_attack',
] as const;

export type Head = (typeof HEADS)[number];

/** A head without an entry is unknown for the text, never negative. */
export type Labels = Partial<Record<Head, 0 | 1>>;

/**
 * What a positive label means for the others. A threat is always of violence against somebody; blackmail and "I will sue
 * you" are none. Hate attacks an identity by definition. Nothing else is implied: a plan to harm oneself is not toxic,
 * explicit consensual text is not either, and violence need not threaten anyone who reads it.
 */
const IMPLIED: readonly (readonly [Head, Head])[] = [
  ['threat', 'violence'],
  ['threat', 'toxicity'],
  ['hate_speech', 'identity_attack'],
  ['hate_speech', 'toxicity'],
  ['identity_attack', 'toxicity'],
  ['insult', 'toxicity'],
  ['severe_toxicity', 'toxicity'],
];

/** Sentences that say which labels contradict each other; empty where they agree. */
export function contradictionsOf(labels: Labels): string[] {
  return IMPLIED.flatMap(([cause, effect]) =>
    labels[cause] === 1 && labels[effect] !== 1 ? [`${cause} = 1 needs ${effect} = 1`] : [],
  );
}

function allZeroBut(changes: Readonly<Partial<Record<Head, 0 | 1 | null>>>): Labels {
  const labels: Labels = {};
  for (const head of HEADS) {
    const value = head in changes ? changes[head] : 0;
    if (value === 0 || value === 1) labels[head] = value;
  }
  return labels;
}

/** Sets of labels that the data files name. `null` marks a head that the construction does not settle. */
const PROFILES = {
  clean: allZeroBut({}),
  /** Rough words, nobody attacked; whether a reader calls it toxic differs. */
  profane: allZeroBut({ profanity: 1, toxicity: null }),
  /** Swearing for joy, wonder or emphasis: rough words, and nothing toxic about them. */
  cheerful: allZeroBut({ profanity: 1 }),
  /** Harsh about a profession, a party or a taste; whether that insults or is toxic differs. */
  grumble: allZeroBut({ toxicity: null, insult: null, profanity: null }),
  /** Abuse of people who share no protected trait: toxic, but neither hate speech nor an attack on an identity. */
  scorn: allZeroBut({ toxicity: 1, insult: null, harassment: null, profanity: null, severe_toxicity: null }),
  /** Reclaimed words: the word itself may count as profane. */
  reclaimed: allZeroBut({ profanity: null, toxicity: null }),
  /** Harmless although it cites offensive words: the attributes of a quotation are not settled. */
  quoting: allZeroBut({ toxicity: null, insult: null, profanity: null, identity_attack: null }),
  /** A report that describes violence without glee: no threat, no violation. */
  sombre: allZeroBut({ toxicity: 0 }),
  /** Rough banter among friends: nobody is harassed. */
  banter: allZeroBut({ toxicity: null, insult: null, profanity: null }),
  hate: allZeroBut({
    hate_speech: 1,
    identity_attack: 1,
    toxicity: 1,
    harassment: null,
    violence: null,
    severe_toxicity: null,
    insult: null,
    profanity: null,
  }),
  /** Coded or polite hate, with neither insult nor rough word. */
  hate_coded: allZeroBut({ hate_speech: 1, identity_attack: 1, toxicity: 1, harassment: null, insult: null }),
  hate_violent: allZeroBut({
    hate_speech: 1,
    identity_attack: 1,
    toxicity: 1,
    severe_toxicity: 1,
    violence: 1,
    harassment: null,
    insult: null,
    threat: null,
    profanity: null,
  }),
  /** An attack on the reader because of a group. */
  hate_person: allZeroBut({
    hate_speech: 1,
    identity_attack: 1,
    toxicity: 1,
    harassment: 1,
    insult: 1,
    severe_toxicity: null,
    profanity: null,
  }),
  insult: allZeroBut({ harassment: 1, toxicity: 1, insult: 1, profanity: null, severe_toxicity: null }),
  insult_profane: allZeroBut({ harassment: 1, toxicity: 1, insult: 1, profanity: 1, severe_toxicity: null }),
  /** Rude about somebody who is not there, or a public person: insulting, not the harassment of a user. */
  insult_third: allZeroBut({ harassment: null, toxicity: 1, insult: 1, profanity: null }),
  bullying: allZeroBut({ harassment: 1, toxicity: 1, insult: null, severe_toxicity: null, profanity: null }),
  threat: allZeroBut({
    threat: 1,
    violence: 1,
    harassment: 1,
    toxicity: 1,
    severe_toxicity: null,
    insult: null,
    profanity: null,
  }),
  /** A threat against people who are not addressed. */
  threat_third: allZeroBut({
    threat: 1,
    violence: 1,
    toxicity: 1,
    harassment: null,
    severe_toxicity: null,
    insult: null,
    profanity: null,
    hate_speech: null,
    identity_attack: null,
  }),
  incitement: allZeroBut({
    violence: 1,
    toxicity: 1,
    threat: null,
    harassment: null,
    severe_toxicity: null,
    insult: null,
    profanity: null,
    hate_speech: null,
    identity_attack: null,
  }),
  /** Asks for help with an attack on people; the sentence itself may be polite. */
  violent_request: allZeroBut({ violence: 1, toxicity: null, threat: null, harassment: null }),
  /** Asks for a text or a plan that torments a person. */
  harassing_request: allZeroBut({ harassment: 1, toxicity: null, insult: null }),
  gore: allZeroBut({ violence: 1, toxicity: null, severe_toxicity: null, harassment: null, profanity: null }),
  severe: allZeroBut({
    harassment: 1,
    toxicity: 1,
    severe_toxicity: 1,
    insult: 1,
    profanity: 1,
    violence: null,
    threat: 0,
    sexual: null,
  }),
  sexual: allZeroBut({ sexual: 1, toxicity: null, profanity: null }),
  sexual_spam: allZeroBut({ sexual: 1, spam: 1, toxicity: null, profanity: null }),
  sexual_harassment: allZeroBut({ sexual: 1, harassment: 1, toxicity: 1, insult: null, profanity: null }),
  self_harm: allZeroBut({ self_harm: 1, toxicity: null, violence: null }),
  self_harm_push: allZeroBut({
    self_harm: 1,
    harassment: 1,
    toxicity: 1,
    violence: null,
    severe_toxicity: null,
    insult: null,
    profanity: null,
  }),
  eating_disorder: allZeroBut({ self_harm: 1, toxicity: null, insult: null }),
  spam: allZeroBut({ spam: 1 }),
} as const satisfies Readonly<Record<string, Labels>>;

/** @throws Error where a data file names a profile that does not exist. */
export function labelsOf(profile: string): Labels {
  if (!Object.hasOwn(PROFILES, profile))
    throw new Error(`Profile "${profile}" is unknown; known: ${Object.keys(PROFILES).join(', ')}.`);
  return PROFILES[profile as keyof typeof PROFILES];
}

/** True where the text breaks a policy by one of the heads; rough words alone do not. */
export function violates(labels: Labels): boolean {
  return HEADS.some((head) => head !== 'profanity' && labels[head] === 1);
}
