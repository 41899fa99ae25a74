import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { composeLocalScorer } from '../../src/apps/compose-evaluation.ts';
import type { ModelReport } from '../../src/contracts/models.ts';
import type { PolicyDocument } from '../../src/contracts/policy.ts';
import { reportLabel } from '../../src/features/models/index.ts';
import { parsePolicyDocument } from '../../src/features/policies/index.ts';
import type { ContentScorer } from '../../src/features/scoring/index.ts';
import type { FileEvaluation } from './arguments.ts';
import { htmlReport } from './html-report.ts';
import { type BadLine, type LabelledText, readTexts } from './read-texts.ts';
import { type LabelScores, ScoreCollector } from './score-texts.ts';
import { terminalReport } from './terminal.ts';

/** What keeps a file from being evaluated: said to the person, who can mend it. */
export class EvaluationFault extends Error {
  override readonly name = 'EvaluationFault';
}

/** Texts that are asked for together. */
const batch = 256;
/** Bad lines that are named one by one. */
const mostNamed = 20;
const shippedPolicy = join(import.meta.dirname, '../../policies/default.yaml');

const faultOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const unreadable = (file: string, error: unknown): EvaluationFault =>
  new EvaluationFault(`${file} cannot be read: ${faultOf(error)}. Name a file with one JSON object a line.`);

const readPolicy = async (file: string): Promise<PolicyDocument> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new EvaluationFault(`The policy cannot be read: ${faultOf(error)}. Name a YAML or JSON file with --policy.`);
  });
  const parsed = parsePolicyDocument(text);
  if ('document' in parsed) return parsed.document;
  const [first] = parsed.errors;
  const line = first?.line === null || first?.line === undefined ? '' : `, line ${first.line}`;
  throw new EvaluationFault(`The policy is not valid: ${file}${line}: ${first?.path}: ${first?.message}.`);
};

const isBad = (row: LabelledText | BadLine): row is BadLine => 'fault' in row;

interface Collected {
  readonly collector: ScoreCollector;
  readonly texts: number;
  readonly bad: readonly BadLine[];
  readonly badCount: number;
}

const collect = async (
  { file, examples }: FileEvaluation,
  scorer: ContentScorer,
  onProgress: (texts: number) => void,
): Promise<Collected> => {
  const collector = new ScoreCollector(examples > 0);
  const bad: BadLine[] = [];
  let badCount = 0;
  let texts = 0;
  let waiting: LabelledText[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    await collector.add(waiting, scorer);
    texts += waiting.length;
    waiting = [];
    onProgress(texts);
  };
  try {
    for await (const row of readTexts(file)) {
      if (isBad(row)) {
        badCount += 1;
        if (bad.length < mostNamed) bad.push(row);
        continue;
      }
      waiting.push(row);
      if (waiting.length === batch) await flush();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw unreadable(file, error);
  }
  await flush();
  return { collector, texts, bad, badCount };
};

const reportOf = (
  labels: readonly LabelScores[],
  policy: PolicyDocument,
  { evaluation, texts, version }: { evaluation: FileEvaluation; texts: number; version: string },
): ModelReport => ({
  format: 'tidegate-model-report/1',
  model: 'evaluation',
  version,
  measuredOn: `${texts} labelled texts of ${basename(evaluation.file)}.`.slice(0, 1_000),
  cautions: [
    evaluation.baseRate === null
      ? 'Precision and workload are those of the file; where fewer texts violate than in it, precision is lower.'
      : `Precision and workload are computed for ${(evaluation.baseRate * 100).toFixed(2)} % of violating texts.`,
  ],
  items: texts,
  labels: labels.map(({ label, kind, scored }) =>
    reportLabel(scored, {
      label,
      kind,
      thresholds: policy.categories[label],
      ...(evaluation.baseRate === null ? {} : { baseRate: evaluation.baseRate }),
    }),
  ),
  notScored: labels.flatMap(({ label, without }) => [...without].map(([status, count]) => ({ label, status, count }))),
});

const badLines = (bad: readonly BadLine[], count: number): string =>
  [
    `${count} ${count === 1 ? 'line was' : 'lines were'} left out:`,
    ...bad.map(({ line, fault }) => `  line ${line}: ${fault}`),
    ...(count > bad.length ? [`  and ${count - bad.length} more`] : []),
  ].join('\n');

/** What a run says: figures to standard output, everything else to standard error. */
export interface EvaluationOutput {
  print(text: string): void;
  note(text: string): void;
}

/**
 * Measures layers 1 and 2 on a file of labelled texts, prints the tables and writes the reports.
 * @throws EvaluationFault with a remedy where file, policy or labels are of no use
 */
export const evaluateFile = async (evaluation: FileEvaluation, { print, note }: EvaluationOutput): Promise<void> => {
  await access(evaluation.file, constants.R_OK).catch((error: unknown) => {
    throw unreadable(evaluation.file, error);
  });
  const policy = await readPolicy(evaluation.policy ?? shippedPolicy);
  const { scorer, textModels, close } = await composeLocalScorer(policy);
  const started = performance.now();
  let found: Collected;
  try {
    found = await collect(evaluation, scorer, (texts) => {
      if (texts % 2_048 === 0) note(`${texts} texts`);
    });
  } finally {
    await close();
  }
  const seconds = (performance.now() - started) / 1_000;
  const { collector, texts, bad, badCount } = found;
  if (badCount > 0) note(badLines(bad, badCount));
  if (texts === 0) {
    throw new EvaluationFault(
      `${evaluation.file} holds no labelled text. A line is {"text": "...", "labels": {"hate_speech": 1}}; docs/guides/evaluate.md has more.`,
    );
  }
  const { labels } = collector;
  const version = textModels.join(', ');
  const report = reportOf(labels, policy, { evaluation, texts, version });
  if (labels.every(({ scored }) => scored.length === 0)) {
    throw new EvaluationFault(
      `No label could be measured: ${report.notScored.map(({ label, status, count }) => `${label} (${count} ${status})`).join(', ')}. Use names of categories or attributes that the models judge, such as hate_speech or toxicity, and texts in English.`,
    );
  }
  const speed = `${texts} texts in ${seconds.toFixed(1)} s`;
  print(`${report.measuredOn} Policy: ${policy.name}. Models: ${version}. ${speed}.\n`);
  print(terminalReport(report));
  await writeFile(
    evaluation.html,
    htmlReport({
      report,
      scored: new Map(labels.map(({ label, scored }) => [label, scored])),
      facts: [
        ['file', basename(evaluation.file)],
        ['texts', String(texts)],
        ['lines left out', String(badCount)],
        ['policy', policy.name],
        ['models', version],
        ['time', speed],
        ...report.cautions.map((caution): readonly [string, string] => ['caution', caution]),
      ],
      baseRate: evaluation.baseRate,
      examples: evaluation.examples,
    }),
  );
  if (evaluation.json !== null) await writeFile(evaluation.json, `${JSON.stringify(report)}\n`);
  print(`\nReport: ${evaluation.html}${evaluation.json === null ? '' : `\nFor machines: ${evaluation.json}`}`);
};
