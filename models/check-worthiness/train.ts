import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { featureNames, surfaceFeatures } from '../../src/detectors/layer1-rules/check-worthiness/surface-features.ts';

/**
 * Trains `weights.json`: node models/check-worthiness/train.ts FOLDER, where FOLDER has labelled text (text/*.jsonl.gz). Prints the figures of the card.
 * Logistic regression by full gradient descent with an L2 penalty: no randomness, so the same data give the same weights.
 */

interface Example {
  readonly text: string;
  readonly claim: boolean;
  readonly set: string;
  readonly weight: number;
}

interface Sentences {
  readonly slots: Readonly<Record<string, readonly string[]>>;
  readonly train: Readonly<Record<'claim' | 'other', readonly string[]>>;
  readonly heldOut: Readonly<Record<'claim' | 'other', readonly string[]>>;
}

const folder = import.meta.dirname;
const sentences = JSON.parse(readFileSync(join(folder, 'sentences.json'), 'utf8')) as Sentences;
const variantsEach = 24;
const longest = 400;
/** Sets whose rows are claims, and sets whose rows mostly are none: nobody labelled them for this. */
const claimSets = ['covid_rumor'];
const otherSets = ['clinc_benign', 'goemotions_background'];

/** The n-th way to fill a template's slots. */
const fill = (template: string, variant: number): string => {
  let place = 0;
  return template.replaceAll(/\{(\w+)\}/g, (_, slot: string) => {
    const values = sentences.slots[slot];
    if (values === undefined) throw new Error(`sentences.json has no slot ${slot}`);
    place += 1;
    return values[(variant * (2 * place + 1) + place) % values.length]!;
  });
};

const ownExamples = (): Example[] =>
  (['claim', 'other'] as const).flatMap((kind) =>
    sentences.train[kind].flatMap((template) =>
      [...new Set(Array.from({ length: variantsEach }, (_, variant) => fill(template, variant)))].map((text) => ({
        text: text.charAt(0).toUpperCase() + text.slice(1),
        claim: kind === 'claim',
        set: 'own',
        weight: 1,
      })),
    ),
  );

/** A tenth of a set, by the rows' ids. */
const isHeldOut = (id: string): boolean => createHash('sha256').update(id).digest()[0]! < 26;

const rowsOf = (data: string, set: string, split: 'train' | 'dev'): Example[] =>
  gunzipSync(readFileSync(join(data, 'text', `${set}.jsonl.gz`)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; text: string })
    .filter(({ id, text }) => isHeldOut(id) === (split === 'dev') && text.length <= longest)
    .map(({ text }) => ({ text, claim: claimSets.includes(set), set, weight: 1 }));

/** Each set counts for as much as any other of its side. */
const balanced = (examples: readonly Example[]): Example[] => {
  const sizes = new Map<string, number>();
  for (const { set, claim } of examples) sizes.set(`${set} ${claim}`, (sizes.get(`${set} ${claim}`) ?? 0) + 1);
  const sides = (claim: boolean): number => [...sizes.keys()].filter((key) => key.endsWith(` ${claim}`)).length;
  return examples.map((example) => ({
    ...example,
    weight: 1 / (2 * sides(example.claim) * sizes.get(`${example.set} ${example.claim}`)!),
  }));
};

const train = (examples: readonly Example[]): { weights: Float64Array; intercept: number } => {
  const rows = examples.map(({ text }) => surfaceFeatures(text).values);
  const weights = new Float64Array(featureNames.length);
  let intercept = 0;
  const gradient = new Float64Array(featureNames.length);
  const [steps, rate, penalty] = [800, 6, 0.0005];
  for (let step = 0; step < steps; step += 1) {
    gradient.fill(0);
    let bias = 0;
    rows.forEach((row, index) => {
      const { claim, weight } = examples[index]!;
      const sum = row.reduce((total, value, feature) => total + value * weights[feature]!, intercept);
      const error = weight * (1 / (1 + Math.exp(-sum)) - Number(claim));
      bias += error;
      for (let feature = 0; feature < row.length; feature += 1) gradient[feature]! += error * row[feature]!;
    });
    for (let feature = 0; feature < weights.length; feature += 1)
      weights[feature]! -= rate * (gradient[feature]! + penalty * weights[feature]!);
    intercept -= rate * bias;
  }
  return { weights, intercept };
};

/** Area under the ROC curve: the share of pairs in the right order, ties for half. */
const areaUnderCurve = (positive: readonly number[], negative: readonly number[]): number => {
  const ordered = [
    ...positive.map((score) => ({ score, claim: true })),
    ...negative.map((score) => ({ score, claim: false })),
  ].sort((left, right) => left.score - right.score);
  let wins = 0;
  let below = 0;
  for (let index = 0; index < ordered.length; ) {
    let end = index;
    while (end < ordered.length && ordered[end]!.score === ordered[index]!.score) end += 1;
    const tied = ordered.slice(index, end);
    const others = tied.filter(({ claim }) => !claim).length;
    wins += (tied.length - others) * (below + others / 2);
    below += others;
    index = end;
  }
  return wins / (positive.length * negative.length);
};

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

const main = (data: string): void => {
  if (!existsSync(join(data, 'text')))
    throw new Error(`${data} has no folder text; give the folder of the labelled sets`);
  const sets = [...claimSets, ...otherSets];
  const examples = balanced([...ownExamples(), ...sets.flatMap((set) => rowsOf(data, set, 'train'))]);
  const { weights, intercept } = train(examples);
  const scoreOf = (text: string): number => {
    const { values } = surfaceFeatures(text);
    return 1 / (1 + Math.exp(-values.reduce((sum, value, feature) => sum + value * weights[feature]!, intercept)));
  };
  const dev = sets.flatMap((set) => rowsOf(data, set, 'dev'));
  const scores = (rows: readonly Example[], claim: boolean) =>
    rows.filter((row) => row.claim === claim).map(({ text }) => scoreOf(text));
  const held = { claim: sentences.heldOut.claim.map(scoreOf), other: sentences.heldOut.other.map(scoreOf) };
  const share = (values: readonly number[]): number =>
    round(values.filter((value) => value >= 0.7).length / values.length);
  console.table({
    'dev rows': {
      claims: scores(dev, true).length,
      others: scores(dev, false).length,
      AUC: round(areaUnderCurve(scores(dev, true), scores(dev, false))),
      'claims at 0.7': share(scores(dev, true)),
      'others at 0.7': share(scores(dev, false)),
    },
    'own held-out': {
      claims: held.claim.length,
      others: held.other.length,
      AUC: round(areaUnderCurve(held.claim, held.other)),
      'claims at 0.7': share(held.claim),
      'others at 0.7': share(held.other),
    },
  });
  const named = Object.fromEntries(featureNames.map((name, feature) => [name, round(weights[feature]!)]));
  const digest = createHash('sha256')
    .update(JSON.stringify([named, round(intercept)]))
    .digest('hex')
    .slice(0, 8);
  const version = `1-${digest}`;
  const text = `${JSON.stringify({ version, intercept: round(intercept), weights: named }, null, 2)}\n`;
  writeFileSync(join(folder, 'weights.json'), text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const manifest = {
    detector: 'check-worthiness',
    version,
    weights: { file: 'weights.json', bytes: Buffer.byteLength(text), sha256 },
  };
  writeFileSync(join(folder, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`);
};

const [data] = process.argv.slice(2);
if (data === undefined)
  throw new Error('Usage: node models/check-worthiness/train.ts FOLDER, the folder of the labelled sets');
main(data);
