import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type PerspectiveAttribute, perspectiveAttributes } from '#contracts/perspective.ts';
import { startByteProgress } from '../byte-progress.ts';

import { CommandError, usageError } from '../command-error.ts';
import type { Terminal } from '../terminal.ts';
import { comparisonPage } from './comparison-page.ts';
import { comparisonReport } from './comparison-report.ts';
import { openScorer } from './open-scorer.ts';
import { readStoredScores, type StoredFormat } from './read-stored-scores.ts';
import { type ComparisonResult, runComparison } from './run-comparison.ts';
import type { FaultyLine } from './stored-scores.ts';

interface Threshold {
  readonly attribute: PerspectiveAttribute;
  readonly value: number;
}
interface CompareOptions {
  readonly threshold: readonly Threshold[];
  readonly html?: string;
  readonly json?: true;
  readonly format?: StoredFormat;
}

const help = `
FILE holds texts with the scores that Perspective gave them:
  JSON lines  {"text": "...", "scores": {"TOXICITY": 0.83}}, or a stored request and answer in one:
              {"comment": {"text": "..."}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0.83}}}}
  CSV         a header with text and attributes: text,TOXICITY,INSULT

Everything is scored in this process: no server, no database, nothing stored. Scores are those of the drop-in endpoint, where 0.5 is the
recommended operating point.

  tidegate compare-perspective scores.jsonl --threshold TOXICITY=0.8 --html comparison.html
`;

/** Faulty lines that are named one by one. */
const namedFaults = 10;

const readThreshold = (text: string, before: readonly Threshold[]): Threshold[] => {
  const [, name = '', number = ''] = /^([A-Za-z_]+)=(\d*\.?\d+)$/.exec(text) ?? [];
  const attribute = perspectiveAttributes.find((known) => known === name.toUpperCase());
  const value = Number(number);
  if (attribute === undefined || number === '' || value > 1) {
    throw new InvalidArgumentError(
      `Give it as in TOXICITY=0.8: one of ${perspectiveAttributes.join(', ')}, and a score from 0 to 1.`,
    );
  }
  return [...before, { attribute, value }];
};

export const addComparePerspectiveCommand = (program: Command, terminal: Terminal): void => {
  program
    .command('compare-perspective')
    .description('score texts again that Perspective has scored, and compare: order, shares, thresholds, distributions')
    .argument('<file>', 'JSON lines or CSV; `-` is standard input')
    .option(
      '--threshold <attribute=score>',
      'a threshold in use, to find ours that flags as many; again for more',
      readThreshold,
      [],
    )
    .option('--html <file>', 'write a page with the distributions')
    .option('--json', 'the figures as JSON')
    .addOption(new Option('--format <format>', 'where the name does not tell').choices(['jsonl', 'csv']))
    .addHelpText('after', help)
    .action((file: string, options: CompareOptions) => compare(file, options, terminal));
};

const openFile = (file: string): { readonly stream: AsyncIterable<Uint8Array>; readonly bytes: number | undefined } => {
  if (file === '-') return { stream: process.stdin, bytes: undefined };
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) throw usageError(`There is no file ${file}.`, 'Check the path.');
  if (status.isDirectory()) throw usageError(`${file} is a folder.`, 'Name a file with stored scores.');
  return { stream: createReadStream(file), bytes: status.isFile() ? status.size : undefined };
};

const compare = async (file: string, options: CompareOptions, terminal: Terminal): Promise<void> => {
  const { stream, bytes } = openFile(file);
  const format = options.format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : 'jsonl');
  const faults: FaultyLine[] = [];
  const { scorer, close } = await openScorer();
  const progress = startByteProgress(bytes);
  let result: ComparisonResult;
  try {
    result = await runComparison({
      entries: readStoredScores(stream, format),
      scorer,
      thresholds: options.threshold,
      onFault: (fault) => {
        if (faults.length < namedFaults) faults.push(fault);
      },
      onProgress: (read) => progress?.update(read),
    });
  } finally {
    progress?.stop();
    await close();
  }
  report(file, result, faults, options, terminal);
};

const report = (
  file: string,
  { reports, counts, notScored }: ComparisonResult,
  faults: readonly FaultyLine[],
  options: CompareOptions,
  terminal: Terminal,
): void => {
  for (const { line, fault } of faults) terminal.note(`line ${line}: ${fault}`);
  if (counts.faulty > faults.length) terminal.note(`… and ${counts.faulty - faults.length} more lines`);
  if (notScored.length > 0) terminal.note(`not scored by the models in use: ${notScored.join(', ')}`);
  if (reports.length === 0) {
    throw new CommandError(
      counts.faulty === 0 && counts.unavailable === 0 && counts.otherLanguage === 0
        ? `${file} has no texts with scores.`
        : `Nothing of ${file} could be compared.`,
      'See the forms that a line may have: tidegate compare-perspective --help',
    );
  }
  const unused = options.threshold.filter(({ attribute }) => !reports.some((known) => known.attribute === attribute));
  for (const { attribute } of unused)
    terminal.note(`--threshold ${attribute}: the file has no scores to compare it by`);
  if (options.html !== undefined) writePage(options.html, comparisonPage(reports, counts));
  terminal.out(
    options.json ? JSON.stringify({ counts, attributes: reports }) : comparisonReport(reports, counts, terminal),
  );
  if (options.html !== undefined) terminal.note(`written: ${options.html}`);
};

const writePage = (file: string, page: string): void => {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new CommandError(`${file} could not be written.`, 'Check that the folder is there and can be written to.', {
      cause: error,
    });
  }
};
