import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../text-ngram/corpus.ts';
import { targetsOf } from '../text-ngram/labels.ts';
import type { RowMetadata } from './metadata.ts';
import { HEADS, type Head } from './templates/index.ts';

/** What a head should answer, 0..1 and softened where labels are noisy, and how much that counts. */
export interface Target {
  readonly target: number;
  readonly weight: number;
}

/** A head without an entry is unknown for the row and adds no loss. */
export type Targets = Partial<Record<Head, Target>>;

/** Labels that people gave; figures are measured on these alone. */
export type Labels = Partial<Record<Head, 0 | 1>>;

const LEXICON = JSON.parse(readFileSync(join(import.meta.dirname, 'lexicon.json'), 'utf8')) as Record<
  'profane' | 'charged',
  readonly string[]
>;

/** Words whose plain presence makes a text profane, and words that evaders disguise. */
export const PROFANE: ReadonlySet<string> = new Set(LEXICON.profane);
export const CHARGED: ReadonlySet<string> = new Set([...LEXICON.charged, ...LEXICON.profane]);

/** Sets whose labels were insult, threat and identity attack before they were mapped to categories. */
const PERSPECTIVE_LABELS: Readonly<Record<string, readonly (readonly [from: Head, to: Head])[]>> = {
  jigsaw_multilabel_sample: [
    ['harassment', 'insult'],
    ['violence', 'threat'],
    ['hate_speech', 'identity_attack'],
  ],
  civilcomments_toxic_spans: [
    ['harassment', 'insult'],
    ['violence', 'threat'],
    ['hate_speech', 'identity_attack'],
  ],
  // Its only violence is threatening language.
  hatemoji_build: [['violence', 'threat']],
};

/** Share by which targets are drawn towards the other answer: sets whose annotators agree less are believed less. */
const SMOOTHING: Readonly<Record<string, number>> = {
  civilcomments_toxic_spans: 0.05,
  davidson: 0.05,
  edos_sexism: 0.05,
  goemotions_background: 0.05,
  hatexplain: 0.08,
  implicit_hate: 0.08,
  mlma_en: 0.1,
  paradetox: 0.03,
};

/** The labels of a row, those of attributes included where the set's own labels are the same thing. */
export function labelsOf(row: Row, metadata: RowMetadata | undefined): Labels {
  const labels: Labels = {};
  for (const head of HEADS) {
    const label = row.labels[head];
    if (label !== undefined) labels[head] = label;
  }
  for (const [from, to] of PERSPECTIVE_LABELS[row.set] ?? []) {
    const label = labels[from];
    if (label !== undefined && labels[to] === undefined) labels[to] = label;
  }
  if (row.set === 'jigsaw_multilabel_sample' && metadata?.severe !== undefined)
    labels.severe_toxicity = metadata.severe === '1' ? 1 : 0;
  return labels;
}

/** Whether a text holds a word that is profane wherever it stands. */
export function isProfane(text: string): boolean {
  return text
    .toLowerCase()
    .split(/[^a-z]+/)
    .some((word) => PROFANE.has(word));
}

/** Targets of the attributes that the row's labels bear upon without naming them. */
function impliedAttributes(row: Row, metadata: RowMetadata | undefined, known: Targets): Targets {
  const found: Targets = {};
  const { hate_speech: hate, violence, toxicity, harassment } = row.labels;
  const hateWeight = known.hate_speech?.weight ?? 0;
  if (hate !== undefined) {
    // Sexism is but one of the identities that are attacked: its absence says little.
    const share = row.set === 'edos_sexism' ? (hate === 1 ? 0.4 : 0.2) : 0.6;
    found.identity_attack = { target: hate, weight: share * hateWeight };
  }
  // "Threats, plans to harm and incitement": near enough.
  if (row.set === 'edos_sexism' && violence !== undefined) found.threat = { target: violence, weight: 0.5 };
  if (row.set === 'implicit_hate') {
    if (metadata?.implicit_class === 'threatening') found.threat = { target: 1, weight: 0.6 };
    else if (violence === 0) found.threat = { target: 0, weight: 0.5 };
  }
  if (row.set === 'convabuse' && harassment !== undefined) found.insult = { target: harassment, weight: 0.6 };
  if (row.set === 'davidson' && metadata?.votes !== undefined && toxicity === 1) {
    const [hateful = 0] = metadata.votes;
    const votes = metadata.votes.reduce((sum, count) => sum + count, 0);
    if (hateful === votes) found.severe_toxicity = { target: 1, weight: 0.3 };
    else if (hateful === 0) found.severe_toxicity = { target: 0, weight: 0.3 };
  }
  // Seldom severe: comments that moderators let stand, and sentences chosen because they can be said politely.
  if (row.set === 'civilcomments_toxic_spans') found.severe_toxicity = { target: 0, weight: 0.2 };
  if (row.set === 'paradetox' && toxicity === 1) found.severe_toxicity = { target: 0, weight: 0.1 };
  const toxic = known.toxicity;
  if (toxic?.target === 0) {
    for (const [head, share] of [
      ['insult', 0.6],
      ['threat', 0.6],
      ['identity_attack', 0.5],
      ['severe_toxicity', 0.8],
    ] as const)
      found[head] ??= { target: 0, weight: share * toxic.weight };
  }
  if (row.labels.profanity === undefined)
    found.profanity = isProfane(row.text) ? { target: 1, weight: 0.4 } : { target: 0, weight: 0.3 };
  return found;
}

/**
 * Training targets of a row of the labelled sets: its labels at full weight (less where they are noisy), what they imply
 * at a lower one. An absent label is never a negative by itself.
 */
export function softTargetsOf(row: Row, metadata: RowMetadata | undefined): Targets {
  const known: Targets = { ...targetsOf(row) };
  const labels = labelsOf(row, metadata);
  for (const head of HEADS) {
    const label = labels[head];
    if (label !== undefined)
      known[head] ??= { target: label, weight: row.set === 'civilcomments_toxic_spans' ? 0.8 : 1 };
  }
  const implied = impliedAttributes(row, metadata, known);
  const softness = SMOOTHING[row.set] ?? 0;
  const targets: Targets = {};
  for (const head of HEADS) {
    // What a word shows outweighs what the absence of toxicity makes likely.
    const shown = head === 'profanity' && labels.profanity === undefined ? implied.profanity : undefined;
    const entry = shown ?? known[head] ?? implied[head];
    if (entry === undefined || entry.weight === 0) continue;
    targets[head] = { target: Math.abs(entry.target - softness), weight: entry.weight };
  }
  return targets;
}

/** Targets of a text whose labels are certain, since it was written for them. */
export function certainTargets(labels: Labels): Targets {
  const targets: Targets = {};
  for (const head of HEADS) {
    const label = labels[head];
    if (label !== undefined) targets[head] = { target: label, weight: 1 };
  }
  return targets;
}

/** Whether any category or attribute is certain to be violated: such texts are what evaders disguise. */
export function isViolating(targets: Targets): boolean {
  return Object.values(targets).some(({ target, weight }) => target > 0.5 && weight >= 0.3);
}
