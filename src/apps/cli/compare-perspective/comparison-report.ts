import type { PerspectiveAttribute } from '#contracts/perspective.ts';
import { bar, type Terminal } from '../terminal.ts';
import { type Comparison, histogramBins, type MatchedThreshold } from './comparison.ts';

/** What was found of one attribute. */
export interface AttributeReport {
  readonly attribute: PerspectiveAttribute;
  readonly comparison: Comparison;
  readonly thresholds: readonly MatchedThreshold[];
}

/** What became of the lines of the file. */
export interface ComparisonCounts {
  readonly compared: number;
  readonly faulty: number;
  /** Texts in a language that the models do not know. */
  readonly otherLanguage: number;
  /** Texts that could not be scored. */
  readonly unavailable: number;
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const decimals = (value: number | null, places = 3): string => (value === null ? '–' : value.toFixed(places));

/** A threshold as one sentence. */
export const thresholdSentence = (
  attribute: string,
  { theirs, share, ours, ourShare, overlap }: MatchedThreshold,
): string => {
  if (ours === null) return `${attribute} ${theirs}: flagged nothing of this file, so there is nothing to choose by`;
  const both = overlap === null ? '' : `; ${percent(overlap)} of what either flags is flagged by both`;
  return `${attribute} ${theirs} flagged ${percent(share)}: ours is ${ours.toFixed(4)}, which flags ${percent(ourShare)}${both}`;
};

/** The lines that say what is not in the figures; empty where everything is. */
export const leftOutLines = ({ faulty, otherLanguage, unavailable }: ComparisonCounts): string[] => [
  ...(faulty === 0 ? [] : [`${faulty} lines could not be read`]),
  ...(otherLanguage === 0 ? [] : [`${otherLanguage} texts are in a language that the models do not know`]),
  ...(unavailable === 0 ? [] : [`${unavailable} texts could not be scored`]),
];

const barWidth = 28;

const histogramLines = ({ histograms }: Comparison, terminal: Terminal): string[] => {
  const most = Math.max(1, ...histograms.theirs, ...histograms.ours);
  const rows = [`  ${'score'.padEnd(10)}  ${'Perspective'.padEnd(barWidth + 8)}  Tidegate`];
  for (let bin = 0; bin < histogramBins; bin += 1) {
    const [theirs, ours] = [histograms.theirs[bin]!, histograms.ours[bin]!];
    const range = `${(bin / histogramBins).toFixed(2)}–${((bin + 1) / histogramBins).toFixed(2)}`;
    const half = (count: number): string =>
      `${terminal.paint('cyan', bar(count / most, barWidth))} ${String(count).padStart(7)}`;
    rows.push(`  ${range.padEnd(10)}  ${half(theirs)}  ${half(ours)}`);
  }
  return rows;
};

const sectionFor = ({ attribute, comparison, thresholds }: AttributeReport, terminal: Terminal): string[] => {
  const { texts, spearman, means, shares, agreement } = comparison;
  const row = (name: string, theirs: string, ours: string): string =>
    `  ${name.padEnd(22)}${theirs.padStart(12)}${ours.padStart(12)}`;
  return [
    '',
    terminal.paint('bold', `${attribute}  ${texts} texts`),
    `  same order (Spearman)  ${decimals(spearman)}     same side of 0.5  ${percent(agreement)}`,
    row('', 'Perspective', 'Tidegate'),
    row('mean', decimals(means.theirs), decimals(means.ours)),
    ...shares.map(({ from, theirs, ours }) => row(`share from ${from.toFixed(1)}`, percent(theirs), percent(ours))),
    ...histogramLines(comparison, terminal),
    ...thresholds.map((threshold) => `  ${terminal.paint('green', thresholdSentence(attribute, threshold))}`),
  ];
};

/** The comparison as a person reads it in a terminal. */
export const comparisonReport = (
  reports: readonly AttributeReport[],
  counts: ComparisonCounts,
  terminal: Terminal,
): string => {
  const leftOut = leftOutLines(counts).map((line) => terminal.paint('yellow', `  ${line}`));
  return [
    terminal.paint('bold', `${counts.compared} texts compared`),
    ...leftOut,
    ...reports.flatMap((report) => sectionFor(report, terminal)),
  ].join('\n');
};
