/**
 * Writes CARD.md and registry.json from the files beside it, so that their figures are those of the shipped model.
 *
 *   node models/text/card.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cascade } from '../../src/detectors/layer2-text/classifier/cascade.ts';
import { CATEGORY_HEADS } from '../text-ngram/heads.ts';
import { SETS } from '../text-ngram/sets.ts';
import { RECALL_LOSS_LIMIT, type RecallLoss } from './clearing.ts';
import type { HeadFigures } from './figures.ts';
import { type EncoderFiles, LIMITS, registryOf, type TrainingRecord } from './registry.ts';
import { HEADS, type Head } from './templates/index.ts';

interface MetricsFile {
  readonly clearing: {
    readonly recallLoss: Readonly<Record<string, RecallLoss>>;
    readonly clearedOfHarmless: number;
    readonly clearedOfAll: number;
    readonly clearedOfRequests: number;
  };
  readonly heads: Readonly<Record<Head, HeadFigures>>;
}

interface At {
  readonly precision: number;
  readonly recall: number;
  readonly falsePositives: number;
}
interface ThresholdsFile {
  readonly method: string;
  readonly categories: Readonly<
    Record<
      string,
      {
        readonly review: number;
        readonly remove: number;
        readonly costs: { readonly missed: number; readonly wronglyRemoved: number };
        readonly heldOut: { readonly atReview: At; readonly atRemove: At };
      }
    >
  >;
  readonly automation: Readonly<
    Record<'recommended' | 'strict', Record<'devMix' | 'platformMix', Record<string, number>>>
  >;
  readonly operatingPoints: Readonly<Record<'categories' | 'attributes', Record<string, number>>>;
  readonly operatingFigures: Readonly<Record<string, { precision: number; recall: number; wronglyFlagged: number }>>;
}

interface ParityFile {
  readonly bytes: number;
  readonly greatestDifference: number;
  readonly heads: Readonly<Record<string, { readonly meanDifference: number }>>;
}

const percent = (share: number | undefined): string => `${((share ?? 0) * 100).toFixed(1)} %`;
const fixed = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(3));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const devTable = (heads: MetricsFile['heads']): string =>
  table(
    [
      'head',
      'positive / labelled',
      'AUPRC: n-gram stage',
      'encoder',
      'classifier',
      'ROC AUC: n-gram stage',
      'classifier',
      'in disguise: n-gram stage',
      'classifier',
      'own texts',
      'ECE',
    ],
    HEADS.map((head) => {
      const { ngram, encoder, classifier, disguised, ownTexts, withWeakNegatives } = heads[head];
      return [
        head,
        `${classifier.positives} / ${classifier.count}`,
        fixed(ngram?.auprc),
        fixed(encoder.auprc),
        fixed(classifier.auprc),
        fixed(ngram?.rocAuc),
        fixed(classifier.rocAuc),
        fixed(disguised?.ngram?.auprc),
        fixed(disguised?.classifier.auprc),
        fixed(ownTexts?.auprc),
        fixed(withWeakNegatives.ece),
      ];
    }),
  );

const setTable = (heads: MetricsFile['heads']): string =>
  table(
    ['head', 'ROC AUC by set'],
    HEADS.map((head) => [
      head,
      Object.entries(heads[head].bySet)
        .map(([set, { rocAuc }]) => `${set} ${rocAuc.toFixed(3)}`)
        .join(', '),
    ]),
  );

function thresholdTables({
  categories,
  automation,
  operatingPoints,
  operatingFigures,
  method,
}: ThresholdsFile): string {
  const at = ({ precision, recall, falsePositives }: At): string =>
    `${precision.toFixed(2)} / ${recall.toFixed(2)} / ${percent(falsePositives)}`;
  const points = { ...operatingPoints.categories, ...operatingPoints.attributes };
  return `Default thresholds (${method}). Precision, recall and false positives on the held-out half; costs in needless reviews by a person:

${table(
  ['category', 'a miss costs', 'a wrong removal', 'review', 'there', 'remove', 'there'],
  CATEGORY_HEADS.map((head) => {
    const { review, remove, costs, heldOut } = categories[head]!;
    return [
      head,
      String(costs.missed),
      String(costs.wronglyRemoved),
      String(review),
      at(heldOut.atReview),
      String(remove),
      at(heldOut.atRemove),
    ];
  }),
)}

Decided without a person, and how much of that was wrong (a category that a set does not label counts as not violated):

${table(
  ['thresholds', 'mix', 'automatic', 'wrong of those', 'removed', 'of the violating approved'],
  (['recommended', 'strict'] as const).flatMap((name) =>
    (['platformMix', 'devMix'] as const).map((mix) => {
      const found = automation[name][mix];
      const title = mix === 'platformMix' ? '8 % violating' : 'as the data is';
      return [
        name,
        title,
        percent(found.automatic),
        percent(found.wrong),
        percent(found.removed),
        percent(found.missed),
      ];
    }),
  ),
)}

Operating points, for those who want a yes or no (0.5 of the drop-in endpoints): the best F1 that wrongly flags at most 1.5 % (attributes: 5 %) of harmless texts that look
dangerous. Figures of the half that they were chosen on:

${table(
  ['head', 'at', 'precision', 'recall', 'wrongly flagged'],
  Object.entries(points).map(([head, point]) => {
    const { precision, recall, wronglyFlagged } = operatingFigures[head]!;
    return [head, String(point), precision.toFixed(2), recall.toFixed(2), percent(wronglyFlagged)];
  }),
)}`;
}

/** Writes both into the folder that holds the other files of the model. */
export function writeCard(folder: string): void {
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
  const cascade = read<Cascade>('cascade.json');
  const files = read<EncoderFiles>('model.json');
  const training = read<TrainingRecord>('training.json');
  const { heads, clearing } = read<MetricsFile>('metrics.json');
  const parity = read<ParityFile>('parity.json');
  const difference =
    Object.values(parity.heads).reduce((sum, { meanDifference }) => sum + meanDifference, 0) / HEADS.length;
  const own = Object.entries(training.sets).filter(([set]) => set.startsWith('template:') || set.startsWith('own:'));
  const total = (entries: readonly (readonly [string, { readonly train: number }])[]): number =>
    entries.reduce((sum, [, { train }]) => sum + train, 0);
  const disguised = Object.values(training.sets).reduce((sum, set) => sum + set.disguised, 0);
  const card = `# Text classifier \`${cascade.detector}\` ${cascade.version}

A cascade on the processor. The n-gram stage (\`../text-ngram\`) looks at every text and clears what is plainly harmless; a small transformer (MiniLM, 6 layers of
width 384, 22.6 million weights, ${(files.weights.bytes / 1e6).toFixed(1)} MB in 8 bits) reads the rest, a text in disguise a second time as it is meant. Speed: \`bench/README.md\`.

- **Outputs**: categories ${CATEGORY_HEADS.map((head) => `\`${head}\``).join(', ')}; attributes ${cascade.attributes.map((head) => `\`${head}\``).join(', ')}.
  Raw scores mix both stages (\`cascade.json\`); \`calibration.json\` turns them into probabilities and is applied by the engine, once.
- **Misinformation is not judged.** Known claims and what is worth checking are routed to people by rules; nothing here says what is true.
- **Scope**: English. A text that is reliably in another language is \`not_applicable\` and is routed by the policy; short or uncertain text is judged.
- **Long texts** are read in overlapping windows of 126 tokens, at most 16 of them; the evidence names the window that counted.
- **Why**: words that weigh in the n-gram stage come with every signal. The words that move the encoder's score are found on demand, by leaving each out.
- **Checksum**: sha256 \`${files.weights.sha256}\` of \`${files.weights.file}\`, verified whenever it is loaded. 8-bit weights differ from the float model by
  ${difference.toFixed(4)} on average, ${parity.greatestDifference.toFixed(3)} at most. Every text is read by itself: no score depends on another text.
- **Licence** of the weights: Apache-2.0. Base: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0).

## Figures

Dev is cut in two by a hash of the row's id: one half for the mix, calibration and thresholds, the other only for these figures. Both stages on the same texts;
"in disguise" are copies with swapped, spaced, left-out or exchanged letters; "own texts" are wordings that were held out of training. ECE (15 bins) is measured with
weak negatives beside the labelled texts. Reliability curves and curves by threshold: \`report.json\`, in the console under Models.

${devTable(heads)}

${setTable(heads)}

The n-gram stage may clear only where at most ${percent(RECALL_LOSS_LIMIT)} of a category's violating texts are lost that the encoder would have sent on. The limits were chosen on all of dev.
On the held-out half it clears ${percent(clearing.clearedOfHarmless)} of the
harmless texts of the sets (${percent(clearing.clearedOfAll)} of all, ${percent(clearing.clearedOfRequests)} of everyday requests), and loses: ${Object.entries(
    clearing.recallLoss,
  )
    .map(([head, { lost, positives, share }]) => `${head} ${percent(share)} (${lost} of ${positives})`)
    .join(', ')}.

${thresholdTables(read<ThresholdsFile>('thresholds.json'))}

## Data

None of it is in the repository but our own texts. A missing label is unknown and adds no loss; implied labels weigh 0.1 to 0.6. Rows that repeat measured ones are not learned.

${table(
  ['set', 'what it is', 'licence', 'rows to learn from'],
  SETS.map(([set, what, licence]) => [set, what, licence, String(training.sets[set]?.train ?? 0)]),
)}

And ${total(own)} texts of our own from templates, ${disguised} disguised copies. ${training.rowsSeen} rows seen (${training.epochs} epochs) in ${training.minutes} minutes on two cores, seed ${training.seed}.
Own texts were added at step 4961 and emoji named from step 5905 on: made again from the start, figures will differ a little.
No public evaluation set (HateCheck, HatemojiCheck, OpenAI's moderation set, XSTest, Surge, ToxiGen's human part, ETHOS, TweetEval, Civil Comments' test part and the like) was used.

## Known weaknesses

${LIMITS.map((limit) => `- ${limit}`).join('\n')}

Every change of the model has to pass \`shipped-model.test.ts\`: no harmless sentence of the must-not-flag suites removed, few sent to people, and plain violations never approved.

## Making it again

See README.md; the last step writes this card.
`;
  writeFileSync(join(folder, 'CARD.md'), card);
  writeFileSync(
    join(folder, 'registry.json'),
    `${JSON.stringify(registryOf(cascade.version, files, training, heads), null, 1)}\n`,
  );
}

if (import.meta.main) writeCard(import.meta.dirname);
