import { eld } from 'eld/extrasmall';

/** What language a text is in. */
export interface LanguageGuess {
  /** ISO 639-1, or `und` where nothing can be said. */
  readonly language: string;
  /** The identifier's own score for the language, 0..1. Not a probability. */
  readonly confidence: number;
  /** Long and clear enough to act on. Short, mixed or slangy text is not. */
  readonly reliable: boolean;
}

/** Characters looked at; more do not make the answer better. */
const SAMPLE = 800;
/** From this many Latin letters and words on a text is long enough to go by the identifier. */
const LEAST_LATIN_LETTERS = 16;
const LEAST_LATIN_WORDS = 3;
/** Shorter ones ("te voy a matar") are foreign only without a single English word and far from English; still shorter ones never. */
const LEAST_SHORT_LETTERS = 9;
const LEAST_SHORT_WORDS = 2; // different ones
const SHORT_LEAD_OVER_ENGLISH = 0.2;
/** Other scripts betray themselves sooner, also where the identifier cannot name the language. */
const LEAST_OTHER_LETTERS = 2;
/** Below this score of its own another language in Latin letters is a guess. */
const LEAST_CONFIDENCE = 0.67;
/** How far ahead of English another language must be, in the identifier's score. */
const LEAD_OVER_ENGLISH = 0.12;
/** With this share of English function words a text is English, whatever its letters look like. */
const ENGLISH_SHARE = 0.2;

const NOISE = /https?:\/\/\S+|www\.\S+|[@#]\w+|\S+@\S+\.\S+|[[<]{1,2}\w+[\]>]{1,2}|&\w+;/g;
/** Letterlike, circled, wide and mathematical characters. */
const STYLED = /[\u{2100}-\u{214f}\u{24b6}-\u{24e9}\u{ff21}-\u{ff5a}\u{1d400}-\u{1d7ff}]/gu;
const LATIN = /\p{Script=Latin}/gu;
const OTHER_SCRIPT = /[\p{L}--\p{Script=Latin}]/gv;
const WORD = /\p{L}[\p{L}\p{M}'’]*/gu;

/** Words so common in English, slang included, and so rare elsewhere that a few of them settle the matter. */
const ENGLISH_WORDS = new Set(
  (
    'the and you your youre are is was were this that those these with have has had not dont cant wont what when where who why how ' +
    'they them their she her his him for from of to if it its im ive ill would could should will just like about because been being ' +
    'u ur gonna wanna aint yall lol lmao wtf get got out up off down more than then there here all any some people know think ' +
    'shit fuck fucking bitch ass kill hate stupid idiot dumb want need go going make my me we our us i or but so by an'
  ).split(' '),
);

/** A Latin letter in another style is that letter, not one of another script. Nothing else is changed: it could become many letters. */
function unstyled(character: string): string {
  const plain = character.normalize('NFKC');
  return /^[A-Za-z]$/.test(plain) ? plain : character;
}

function count(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0;
}

/**
 * Identifies a text's language with the `eld` n-gram data. `reliable` is held back for short text, for text with many English
 * function words and where English is a close second, because abusive English is short, slangy and misspelt, and calling it
 * foreign would keep it from being judged. Measured on the labelled sets, at most 1.1 % of an English one is called foreign.
 */
export function identifyLanguage(text: string): LanguageGuess {
  const sample = text.slice(0, SAMPLE).toWellFormed().replace(STYLED, unstyled).replace(NOISE, ' ');
  const guess = eld.detect(sample);
  const language = guess.language === '' ? 'und' : guess.language;
  const scores = guess.getScores();
  const confidence = Math.min(1, Math.max(0, scores[language] ?? 0));
  const other = count(OTHER_SCRIPT, sample);
  const latin = count(LATIN, sample);
  if (language === 'und') return { language, confidence: 0, reliable: other > latin && other >= LEAST_OTHER_LETTERS };
  if (other > latin) return { language, confidence, reliable: other >= LEAST_OTHER_LETTERS && language !== 'en' };
  const words = sample.toLowerCase().match(WORD) ?? [];
  const english = words.filter((word) => ENGLISH_WORDS.has(word.replaceAll(/['’]/g, ''))).length;
  const longEnough = latin >= LEAST_LATIN_LETTERS && words.length >= LEAST_LATIN_WORDS;
  if (language === 'en') return { language, confidence, reliable: longEnough && guess.isReliable() };
  const lead = confidence - (scores.en ?? 0);
  const clear =
    confidence >= LEAST_CONFIDENCE &&
    english / Math.max(1, words.length) < ENGLISH_SHARE &&
    lead >= LEAD_OVER_ENGLISH &&
    guess.isReliable();
  const clearThoughShort =
    latin >= LEAST_SHORT_LETTERS &&
    new Set(words).size >= LEAST_SHORT_WORDS &&
    confidence >= LEAST_CONFIDENCE &&
    english === 0 &&
    lead >= SHORT_LEAD_OVER_ENGLISH;
  return { language, confidence, reliable: (longEnough && clear) || clearThoughShort };
}
