/**
 * Own sentences for what the labelled sets lack: threats, sexual text, self-harm beyond clinical posts, social spam, and
 * above all harmless text that looks like a violation. They are templates with slots, in `augment/*.json`; every sentence
 * was written for this model. Some are disguised as evaders disguise theirs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './corpus.ts';
import { seededRandom } from './random.ts';

interface Section {
  readonly name: string;
  readonly labels: Readonly<Record<string, 0 | 1>>;
  /** Fillings of each template that has slots. */
  readonly copies: number;
  readonly templates: readonly string[];
}

type Slots = Readonly<Record<string, readonly string[]>>;

const FOLDER = join(import.meta.dirname, 'augment');
/** Share of violating and of harmless sentences that are disguised: both, or the disguise itself would be learned. */
const DISGUISED = { violating: 0.25, harmless: 0.06 };

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as T;
}

function pick<T>(list: readonly T[], random: () => number): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('A slot in augment/slots.json is empty.');
  return found;
}

function fill(template: string, slots: Slots, random: () => number): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const choices = slots[name];
    if (choices === undefined)
      throw new Error(`Template "${template}" names the slot {${name}}, which slots.json lacks.`);
    return pick(choices, random);
  });
}

const LEET: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };

const DISGUISES: readonly ((word: string, random: () => number) => string)[] = [
  (word) =>
    Array.from(word, (letter, index) =>
      index > 0 && index < word.length - 1 ? (LEET[letter] ?? letter) : letter,
    ).join(''),
  (word) => Array.from(word).join('.'),
  (word) => Array.from(word).join(' '),
  (word) => `${word.slice(0, 1)}*${word.slice(2)}`,
  (word) => word.replace(/[aeiou]/, '*'),
  (word, random) => {
    const place = 1 + Math.floor(random() * (word.length - 1));
    return word.slice(0, place) + (word[place] ?? '').repeat(4) + word.slice(place);
  },
  (word, random) => {
    const place = 1 + Math.floor(random() * (word.length - 2));
    return `${word.slice(0, place)}${word[place + 1] ?? ''}${word[place] ?? ''}${word.slice(place + 2)}`;
  },
  (word) => word.replaceAll('u', 'v'),
];

function disguise(text: string, random: () => number): string {
  const words = text.split(' ');
  const places = words.flatMap((word, index) => (/^[a-z]{4,12}$/.test(word) ? [index] : []));
  const count = Math.min(places.length, 1 + Math.floor(random() * 2));
  for (let done = 0; done < count; done += 1) {
    const place = pick(places, random);
    words[place] = pick(DISGUISES, random)(words[place] ?? '', random);
  }
  return words.join(' ');
}

/** The same rows for the same seed; exact repeats are left out. */
export function augmentedRows(seed: number): Row[] {
  const random = seededRandom(seed);
  const slots = read<Slots>('slots.json');
  const rows: Row[] = [];
  const seen = new Set<string>();
  for (const [file, share] of [
    ['violating.json', DISGUISED.violating],
    ['benign.json', DISGUISED.harmless],
  ] as const) {
    for (const section of read<Section[]>(file)) {
      for (const template of section.templates) {
        const copies = template.includes('{') ? section.copies : 3;
        for (let copy = 0; copy < copies; copy += 1) {
          const plain = fill(template, slots, random);
          const text = random() < share ? disguise(plain, random) : plain;
          if (seen.has(text)) continue;
          seen.add(text);
          const set = `own:${section.name}`;
          rows.push({ id: `${set}-${rows.length}`, set, text, labels: section.labels, part: 'train' });
        }
      }
    }
  }
  return rows;
}
