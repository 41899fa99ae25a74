/**
 * Learns how much layer 1 counts beside the text classifier, by category, and writes fusion.json; the policies that ship carry its weights.
 *
 *   node models/text/learn-fusion.ts --rows $WORK/rows/rows.jsonl --work $WORK/finish
 *
 * The classifier speaks for itself (weight 1); a layer-1 detector's weight is the one of a grid under which the engine's own fusion
 * (docs/adr/0004-fusion.md) has the least log loss on the calibration half of dev, drawn towards the default. Detectors that hardly ever speak
 * keep it: there is nothing to learn from. So do account signals and re-posts, which labelled texts do not have.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Fusion, fusionSchema } from '../../src/contracts/policy.ts';
import { loadDefaultTermLists } from '../../src/detectors/layer1-rules/default-terms/default-term-lists.ts';
import { createLinksDetector } from '../../src/detectors/layer1-rules/links/links-detector.ts';
import { createStructuralDetector } from '../../src/detectors/layer1-rules/structural/structural-detector.ts';
import { createTermsDetector } from '../../src/detectors/layer1-rules/terms/terms-detector.ts';
import { readCascade } from '../../src/detectors/layer2-text/classifier/cascade.ts';
import { createTextEncoder } from '../../src/detectors/layer2-text/encoder/text-encoder.ts';
import { type DetectorScore, fuse } from '../../src/engine/fuse.ts';
import type { Detector } from '../../src/engine/ports/detector.ts';
import { averagePrecision } from '../../src/features/models/measures.ts';
import { applyCalibration } from '../text-ngram/calibration.ts';
import { CATEGORY_HEADS, type CategoryHead } from '../text-ngram/heads.ts';
import type { Points } from './beta-calibration.ts';
import { cascadeScores, known } from './fit.ts';
import { bounded } from './logistic-fit.ts';
import { type MeasuredText, measuredTexts } from './measured.ts';

const FOLDER = import.meta.dirname;
const CLASSIFIER = 'text-classifier';
const GRID = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.2];
/** What it costs to leave the default, in nats a unit squared: few texts do not overrule what was thought beforehand, many do. */
const PRIOR = 4;
/** Texts on which a detector has to speak before its weight is learned. */
const LEAST_SPOKEN = 30;

/** Scores of layer 1 by text and category. Its detectors are deterministic and look at the text alone. */
async function layerOneScores(
  texts: readonly MeasuredText[],
): Promise<ReadonlyMap<MeasuredText, Record<string, Record<string, number>>>> {
  const detectors: readonly Detector[] = [
    createTermsDetector(loadDefaultTermLists(), 'fusion'),
    createLinksDetector({ domainLists: [], version: 'fusion' }),
    createStructuralDetector(),
  ];
  const never = new AbortController().signal;
  const found = new Map<MeasuredText, Record<string, Record<string, number>>>();
  for (const measured of texts) {
    const part = { id: 'body', kind: 'text', text: measured.text } as const;
    const item = { account: { id: 'author' }, surface: 'comment', parts: [part] };
    const account = { id: 'author', tier: 'new' } as const;
    const context = { item, account, counters: {}, reposts: {}, signals: [], now: 0 };
    const scores: Record<string, Record<string, number>> = {};
    for (const detector of detectors) {
      const [signal] = await detector.detect([{ part, context }], never);
      for (const [category, score] of Object.entries(signal?.scores ?? {}))
        scores[category] = { ...scores[category], [detector.id]: score };
    }
    found.set(measured, scores);
  }
  return found;
}

interface Row {
  readonly scores: readonly DetectorScore[];
  readonly label: number;
  readonly importance: number;
}

const probabilityOf = (fusion: Fusion, { scores }: Row): number => fuse(fusion, scores).probability ?? 0;

function logLosses(fusion: Fusion, rows: readonly Row[]): { readonly loss: number; readonly total: number } {
  let loss = 0;
  let total = 0;
  for (const row of rows) {
    const p = bounded(probabilityOf(fusion, row));
    loss -= row.importance * Math.log(row.label === 1 ? p : 1 - p);
    total += row.importance;
  }
  return { loss, total };
}

const logLoss = (fusion: Fusion, rows: readonly Row[]): number => {
  const { loss, total } = logLosses(fusion, rows);
  return loss / total;
};

const withWeight = (fusion: Fusion, detector: string, weight: number): Fusion => ({
  ...fusion,
  terms: { ...fusion.terms, [detector]: { weight, midpoint: fusion.bias } },
});

function learn(start: Fusion, rows: readonly Row[], detectors: readonly string[]): Fusion {
  let fusion = start;
  for (let sweep = 0; sweep < 3; sweep += 1) {
    for (const detector of detectors) {
      const tried = GRID.map((weight) => withWeight(fusion, detector, weight));
      const prior = start.terms[detector]?.weight ?? 1;
      const losses = tried.map(
        (candidate, index) => logLosses(candidate, rows).loss + PRIOR * (GRID[index]! - prior) ** 2,
      );
      fusion = tried[losses.indexOf(Math.min(...losses))]!;
    }
  }
  return fusion;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: 'string' }, work: { type: 'string' } } });
  if (values.rows === undefined || values.work === undefined)
    throw new Error('Name the rows and the folder that finish.ts worked in: --rows <rows.jsonl> --work <folder>');
  const encoder = createTextEncoder();
  const texts = await measuredTexts(values.rows, values.work, encoder).finally(() => encoder.close());
  const cascade = readCascade(join(FOLDER, 'cascade.json'));
  const { categories } = JSON.parse(readFileSync(join(FOLDER, 'calibration.json'), 'utf8')) as {
    categories: Record<CategoryHead, { points: Points }>;
  };
  const policy = z
    .object({ fusion: z.record(z.string(), fusionSchema) })
    .parse(parse(readFileSync(join(FOLDER, '../../policies/default.yaml'), 'utf8')));
  const layerOne = await layerOneScores(texts);
  const raws = new Map(texts.map((text) => [text, cascadeScores(cascade, text)]));
  const rowsOf = (part: MeasuredText['part'], head: CategoryHead): Row[] => {
    const { rows, labels, importance } = known(
      texts.filter((text) => text.part === part),
      head,
    );
    return rows.map((text, index) => ({
      label: labels[index]!,
      importance: importance[index]!,
      scores: [
        { detector: CLASSIFIER, calibrated: applyCalibration(categories[head].points, raws.get(text)!.get(head) ?? 0) },
        ...Object.entries(layerOne.get(text)![head] ?? {}).map(([detector, calibrated]) => ({ detector, calibrated })),
      ],
    }));
  };
  const result = Object.fromEntries(
    CATEGORY_HEADS.map((head) => {
      const start = policy.fusion[head]!;
      const calibrating = rowsOf('calibrate', head);
      const heldOut = rowsOf('held-out', head);
      const spoken = new Map<string, number>();
      for (const { scores } of calibrating)
        for (const { detector } of scores) spoken.set(detector, (spoken.get(detector) ?? 0) + 1);
      const learned = [...spoken]
        .filter(([detector, count]) => detector !== CLASSIFIER && count >= LEAST_SPOKEN)
        .map(([detector]) => detector)
        .sort();
      const fusion = learn(start, calibrating, learned);
      const figures = (of: Fusion, rows: readonly Row[]) => ({
        logLoss: Math.round(logLoss(of, rows) * 1e5) / 1e5,
        auprc:
          Math.round(
            averagePrecision(
              rows.map((row) => probabilityOf(of, row)),
              rows.map(({ label }) => label),
            ) * 1e4,
          ) / 1e4,
      });
      // Left out and not weighed with 0: of terms that are not above zero the nearest to it counts, and 0 would hide the classifier.
      const alone = heldOut.map((row) => ({
        ...row,
        scores: row.scores.filter(({ detector }) => !learned.includes(detector)),
      }));
      return [
        head,
        {
          learned,
          fusion,
          heldOut: {
            classifierAlone: figures(start, alone),
            learned: figures(fusion, heldOut),
          },
        },
      ];
    }),
  );
  const file = {
    version: cascade.version,
    method: 'least log loss of the fused probability on the calibration half of dev; figures of the other half',
    categories: result,
  };
  writeFileSync(join(FOLDER, 'fusion.json'), `${JSON.stringify(file, null, 1)}\n`);
  for (const [head, { learned, fusion, heldOut }] of Object.entries(result))
    console.log(head, learned.map((id) => `${id} ${fusion.terms[id]?.weight}`).join(', '), JSON.stringify(heldOut));
}

await main();
