/**
 * Own texts for what the labelled sets lack: violations that nobody published with labels and, above all, harmless texts
 * that look like violations. All sentences were written for this model and stand in `data/`; see README.md.
 */
import { seededRandom } from '../../text-ngram/random.ts';
import { type Construction, type Form, type Part, readConstructions, readContext, readWords } from './catalogue.ts';
import { fill, type Group, pick, type Words, waysToFill } from './construction.ts';
import { GroupLedger } from './group-ledger.ts';
import { HEADS, type Head, type Labels, violates } from './labels.ts';
import { bareForm, dress } from './surface.ts';

export type { Part } from './catalogue.ts';
export { HEADS, type Head } from './labels.ts';

export interface TemplateRow {
  readonly text: string;
  /** A head without an entry is unknown. */
  readonly labels: Partial<Record<Head, 0 | 1>>;
  /** The construction, the unit of the split: file, kind and place. */
  readonly source: string;
  readonly kind: string;
  readonly part: Part;
}

/** No text about sex may name anyone who could be a minor; the generator refuses such a row. */
export const MINORS =
  /\b(?:child\w*|kids?|kiddo\w*|teen\w*|minors?|under-?age\w*|boys?|girls?|schools?\w*|pupils?|students?|daughters?|sons?|niece|nephew|sister|brother|young\w*|lolit?a?s?|toddlers?|bab(?:y|ies)|infants?|juvenile\w*|youth\w*|barely legal|jailbait|(?<![$£€.\d])1[0-7](?![.,]?\d))\b/i;

/** Rows of a form: few where there is little to vary. */
function copiesOf(ways: number): number {
  return Math.max(3, Math.min(22, Math.round(3.1 * Math.log2(ways))));
}

interface Draft {
  readonly text: string;
  readonly labels: Labels;
  readonly groups: readonly Group[];
}

type Context = ReadonlyMap<Part, readonly (() => string)[]>;

/** A text among everyday sentences, so that length says nothing about the label. */
function amid(text: string, sentences: readonly (() => string)[], random: () => number): string {
  const closed = /[.!?…]$/.test(text) ? text : `${text}.`;
  const used = new Set<() => string>();
  const some = (least: number, most: number): string[] => {
    const count = least + Math.floor(random() * (most - least + 1));
    const drawn: string[] = [];
    for (let place = 0; place < count; place += 1) {
      const sentence = pick(sentences, random);
      if (!used.has(sentence)) drawn.push(sentence());
      used.add(sentence);
    }
    return drawn;
  };
  const before = some(0, 3);
  const after = some(before.length === 0 ? 1 : 0, 2);
  return [...before, closed, ...after].join(random() < 0.2 ? '\n' : ' ');
}

function draftsOf(
  construction: Construction,
  form: Form,
  words: Words,
  context: Context,
  companions: readonly string[],
  random: () => number,
  seed: number,
): Draft[] {
  const sentences = context.get(construction.part) ?? [];
  const drafts: Draft[] = [];
  const copies = copiesOf(waysToFill(form.template, words));
  // Twice the copies: repeats are left out later.
  for (let copy = 0; copy < copies * 2; copy += 1) {
    // The forms of a pair draw the same numbers for their choices.
    const filled = fill(form.template, words, seededRandom(seed * 7919 + copy * 104_729 + construction.source.length));
    const minor = form.labels.sexual === 1 ? MINORS.exec(filled.text) : null;
    if (minor !== null)
      throw new Error(`${construction.source} makes a sexual text with "${minor[0]}"; use words of adults only.`);
    let text = dress(filled.text, construction.register, random);
    const extra = random();
    if (extra < 0.13 && !text.includes('\n\n')) text = amid(text, sentences, random);
    else if (extra < 0.17 && companions.length > 0 && !violates(form.labels))
      text = `${/[.!?]$/.test(text) ? text : `${text}.`} ${pick(companions, random)}`;
    drafts.push({ text, labels: form.labels, groups: filled.groups });
  }
  return drafts;
}

function hashSeed(source: string, seed: number): number {
  let hash = seed | 0;
  for (const letter of source) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return hash >>> 0;
}

/**
 * The same rows for the same seed; texts that differ only in case or punctuation appear once. The split does not depend
 * on the seed.
 * @throws Error where a data file is wrong, or a text about sex names somebody who may be a minor.
 */
export function* templateRows(seed: number): Generator<TemplateRow> {
  const random = seededRandom(seed);
  const words = readWords();
  const context = readContext(words, random);
  const ledger = new GroupLedger(words.groups);
  const seen = new Set<string>();
  const recent = new Map<Part, string[]>();
  const all = readConstructions().flatMap((construction) => construction.forms.map((form) => ({ construction, form })));
  // Harmless ones first: they set how often a group may be named in violating ones.
  const ordered = [
    ...all.filter(({ form }) => !violates(form.labels)),
    ...all.filter(({ form }) => violates(form.labels)),
  ];
  for (const { construction, form } of ordered) {
    const violating = violates(form.labels);
    const companions = recent.get(construction.part) ?? [];
    const wanted = copiesOf(waysToFill(form.template, words));
    const drafts = draftsOf(
      construction,
      form,
      words,
      context,
      companions,
      random,
      hashSeed(construction.source, seed),
    );
    let kept = 0;
    for (const { text, labels, groups } of drafts) {
      if (kept >= wanted) break;
      const bare = bareForm(text);
      if (seen.has(bare) || !ledger.allows(text, groups, violating)) continue;
      // What the constructions say was checked; a slip of the keyboard can still make a "son" of "soon".
      if (labels.sexual === 1 && MINORS.test(text)) continue;
      seen.add(bare);
      ledger.note(text, groups, violating);
      kept += 1;
      if (kept <= 2 && text.length < 200 && HEADS.every((head) => labels[head] === 0))
        recent.set(construction.part, [...companions, text].slice(-40));
      yield { text, labels: { ...labels }, source: construction.source, kind: form.kind, part: construction.part };
    }
  }
}
