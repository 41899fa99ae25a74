import { readFileSync } from 'node:fs';

const cues = JSON.parse(readFileSync(new URL('./cues.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, string>
>;

/** Word lists whose words are counted, in the order of the features. */
const counted = [
  'causal',
  'health',
  'election',
  'authority',
  'reporting',
  'quantity',
  'extreme',
  'time',
  'first',
  'second',
  'feeling',
  'opinion',
] as const;
const listNumber = new Map<string, number>();
const lists = new Map<string, readonly number[]>();
counted.forEach((name, index) => {
  listNumber.set(name, index);
  for (const word of cues[name]!.split(' ')) lists.set(word, [...(lists.get(word) ?? []), index]);
});
const openers = { question: new Set(cues.question!.split(' ')), request: new Set(cues.request!.split(' ')) };

/** "Studies show", "according to", "scientists say". */
const evidencePhrase =
  /\b(?:(?:stud(?:y|ies)|research|data|science|experts|scientists|doctors|researchers) (?:\w+ )?(?:show|prove|say|find|found|suggest|confirm)|according to|it has been (?:proven|confirmed|shown))/i;
/** "Share before it is deleted", "what they don't want you to know". */
const alarmPhrase =
  /\b(?:share (?:this|it|before|now)|before (?:it|this|they) (?:is|gets?|are|delete|remove)|(?:do not|don['\u2019]t) want you to know|wake up|spread the word|must (?:read|watch|see)|the truth (?:about|is)|cover(?:ed)? up|forward this)/i;
const percent = /\d\s?%|\bper ?cent\b/i;
const number = /\d[\d.,]*/g;
const year = /\b(?:19|20)\d\d\b/;
const quotation = /["\u201c\u201d\u00ab][^"\u201c\u201d\u00bb]{8,}["\u201c\u201d\u00bb]/;
/** Capitalised words that do not begin the sentence. */
const properName = /(?<=[\p{Ll}\p{N},;:] )\p{Lu}[\p{Ll}]{2,}|\b\p{Lu}{2,6}\b/gu;
const word = /[\p{L}\p{M}\p{N}]+(?:['\u2019]\p{L}+)*/gu;

export const featureNames: readonly string[] = [
  ...counted,
  'numbers',
  'percent',
  'year',
  'names',
  'quotation',
  'evidence_phrase',
  'alarm_phrase',
  'question_mark',
  'question_opener',
  'request_opener',
  'exclamations',
  'length',
  'short',
];

const most = (value: number, maximum: number): number => Math.min(value, maximum) / maximum;

/** What the look of one sentence says, each from 0 to 1, in the order of `featureNames`; and how many words it has. */
export const surfaceFeatures = (sentence: string): { readonly values: Float64Array; readonly words: number } => {
  const values = new Float64Array(featureNames.length);
  const words = sentence.toLowerCase().replaceAll('\u2019', "'").match(word) ?? [];
  for (const one of words) for (const index of lists.get(one) ?? []) values[index]! += 1;
  for (let index = 0; index < counted.length; index += 1) values[index] = most(values[index]!, 2);
  const [opener = ''] = words;
  const others = [
    most(sentence.match(number)?.length ?? 0, 2),
    Number(percent.test(sentence)),
    Number(year.test(sentence)),
    most(sentence.match(properName)?.length ?? 0, 3),
    Number(quotation.test(sentence)),
    Number(evidencePhrase.test(sentence)),
    Number(alarmPhrase.test(sentence)),
    Number(sentence.includes('?')),
    Number(openers.question.has(opener)),
    Number(openers.request.has(opener)),
    most(sentence.split('!').length - 1, 3),
    most(words.length, 25),
    Number(words.length < 5),
  ];
  values.set(others, counted.length);
  return { values, words: words.length };
};
