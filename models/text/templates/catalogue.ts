/** Reads the constructions of `data/` and gives each to one part, so that none is both learned and tested. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill, type Group, type Words } from './construction.ts';
import { type Labels, labelsOf } from './labels.ts';
import type { Register } from './surface.ts';

export type Part = 'train' | 'calibrate' | 'held-out';

/** One form of a construction: most have one; a counterfactual pair has two, which differ by one change. */
export interface Form {
  readonly template: string;
  readonly kind: string;
  readonly labels: Labels;
}

export interface Construction {
  /** File, kind and place in it: "threats/direct#3". */
  readonly source: string;
  readonly part: Part;
  readonly register: Register;
  readonly forms: readonly Form[];
}

interface Section {
  readonly kind: string;
  /** Names of label profiles: one for `texts`; the violating and the harmless one for `pairs`. */
  readonly profile?: string;
  readonly profiles?: readonly [string, string];
  readonly register?: Register;
  readonly texts?: readonly string[];
  readonly pairs?: readonly (readonly [string, string])[];
}

interface Identities {
  readonly groups: readonly (readonly [string, string, string, string])[];
}

const FOLDER = join(import.meta.dirname, 'data');
/** Of every ten constructions of a kind: one is for calibration, one or two are held out. */
const PATTERN: readonly Part[] = [
  'train',
  'held-out',
  'train',
  'train',
  'calibrate',
  'train',
  'train',
  'train',
  'train',
  'train',
  'train',
  'train',
  'held-out',
  'train',
  'train',
  'calibrate',
  'train',
  'train',
  'train',
  'train',
];

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(FOLDER, path), 'utf8')) as T;
}

/** FNV-1a of UTF-16 units, 32 bits: the order in which constructions are dealt to the parts does not follow the file's. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

/** The parts of the keys, in the order of the keys; which part a key gets depends on the texts alone, never on a seed. */
export function dealParts(keys: readonly string[]): Part[] {
  const order = keys.map((_, index) => index).sort((a, b) => hashOf(keys[a] ?? '') - hashOf(keys[b] ?? ''));
  const parts: Part[] = keys.map(() => 'train');
  order.forEach((index, place) => {
    parts[index] = PATTERN[place % PATTERN.length] ?? 'train';
  });
  return parts;
}

function constructionsOf(file: string, section: Section): Construction[] {
  const register = section.register ?? 'chat';
  const name = `${file}/${section.kind}`;
  const forms: Form[][] = [];
  const { profile, profiles } = section;
  if (profile !== undefined) {
    const labels = labelsOf(profile);
    for (const template of section.texts ?? []) forms.push([{ template, kind: section.kind, labels }]);
  }
  if (profiles !== undefined) {
    const [violating, harmless] = [labelsOf(profiles[0]), labelsOf(profiles[1])];
    for (const [bad, good] of section.pairs ?? [])
      forms.push([
        { template: bad, kind: `${section.kind}-violating`, labels: violating },
        { template: good, kind: `${section.kind}-harmless`, labels: harmless },
      ]);
  }
  if (forms.length === 0)
    throw new Error(`${name} in data/${file}.json has no construction: give texts and profile, or pairs and profiles.`);
  const parts = dealParts(forms.map((alike) => alike.map((form) => form.template).join('\n')));
  return forms.map((alike, index) => ({
    source: `${name}#${index + 1}`,
    part: parts[index] ?? 'train',
    register,
    forms: alike,
  }));
}

/** @throws Error where a data file is not as described in README.md. */
export function readConstructions(): Construction[] {
  const files = readdirSync(join(FOLDER, 'constructions'))
    .filter((file) => file.endsWith('.json'))
    .sort();
  return files.flatMap((file) =>
    read<Section[]>(`constructions/${file}`).flatMap((section) => constructionsOf(file.replace('.json', ''), section)),
  );
}

export function readWords(): Words {
  const groups: Group[] = read<Identities>('identities.json').groups.map(([many, one, adj, family]) => ({
    many,
    one,
    adj,
    family,
  }));
  return { slots: read<Record<string, string[]>>('slots.json'), groups };
}

/** Everyday sentences that may stand before or after a text, by part. */
export function readContext(words: Words, random: () => number): ReadonlyMap<Part, readonly (() => string)[]> {
  const sentences = read<string[]>('context.json');
  const parts = dealParts(sentences);
  const byPart = new Map<Part, (() => string)[]>([
    ['train', []],
    ['calibrate', []],
    ['held-out', []],
  ]);
  sentences.forEach((sentence, index) => {
    byPart.get(parts[index] ?? 'train')?.push(() => fill(sentence, words, random).text);
  });
  return byPart;
}
