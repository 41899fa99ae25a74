import type { LabelReport, ModelReport } from '../../src/contracts/models.ts';
import { operatingColumns, operatingRows } from './operating-rows.ts';

/** `0.0612` as `0.061`; a figure that makes no sense as `-`. */
const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : value.toFixed(3);

/** A Markdown table that also reads well on a terminal: the first column to the left, figures to the right. */
export const alignedTable = (head: readonly string[], rows: readonly (readonly string[])[], left = 1): string => {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const written = lines.map(
    (cells) =>
      `| ${widths.map((width, column) => (column < left ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`,
  );
  const rule = `|${widths.map((width, column) => (column < left ? `-${'-'.repeat(width)}-` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [written[0], rule, ...written.slice(1)].join('\n');
};

const pointOf = ({ operatingPoints }: LabelReport, name: 'review' | 'remove') =>
  operatingPoints.find((point) => point.name === name);

const summaryTable = (labels: readonly LabelReport[]): string =>
  alignedTable(
    ['label', 'n', 'positive', 'AUPRC', 'ROC AUC', 'F1 at review', 'best F1', 'at', 'ECE'],
    labels.map((report) => {
      const { label, count, positives, headline } = report;
      return [
        label,
        String(count),
        String(positives),
        figure(headline.auprc),
        figure(headline.rocAuc),
        figure(pointOf(report, 'review')?.f1),
        figure(headline.bestF1?.f1),
        headline.bestF1 === null ? '-' : headline.bestF1.threshold.toFixed(2),
        figure(headline.ece),
      ];
    }),
  );

const thresholdTable = (labels: readonly LabelReport[]): string =>
  alignedTable(operatingColumns, operatingRows(labels, figure), 2);

const sliceTables = (labels: readonly LabelReport[]): readonly string[] =>
  (['source', 'length', 'evasion', 'language'] as const).flatMap((dimension) => {
    const rows = labels.flatMap(({ label, slices }) =>
      slices
        .filter((slice) => slice.dimension === dimension)
        .map(({ name, count, positives, auprc, rocAuc, recall, falsePositiveRate }) => [
          label,
          name,
          String(count),
          String(positives),
          figure(auprc),
          figure(rocAuc),
          figure(recall),
          figure(falsePositiveRate),
        ]),
    );
    if (rows.length === 0) return [];
    const head = ['label', dimension, 'n', 'positive', 'AUPRC', 'ROC AUC', 'recall', 'false positives'];
    return [`\nBy ${dimension}; recall and false positives at \`review\`\n\n${alignedTable(head, rows, 2)}`];
  });

const reasons: Readonly<Record<string, string>> = {
  not_assessed: 'nothing here judges it',
  not_applicable: 'in a language that the model does not know',
  unavailable: 'what judges it could not answer',
};

/** What has no score, in words. */
export const notScoredLines = ({ notScored }: ModelReport): readonly string[] =>
  notScored.map(({ label, status, count }) => `${label}: ${count} without a score (${reasons[status] ?? status})`);

/** The report as tables for a terminal. */
export const terminalReport = (report: ModelReport): string => {
  const measured = report.labels.filter(({ count }) => count > 0);
  const withThresholds = measured.filter(({ operatingPoints }) => operatingPoints.length > 0);
  const missing = notScoredLines(report);
  return [
    summaryTable(measured),
    withThresholds.length === 0 ? '' : `\nAt the policy's thresholds\n\n${thresholdTable(withThresholds)}`,
    ...sliceTables(measured),
    missing.length === 0
      ? ''
      : `\nNot in the figures, and not counted as harmless\n\n${missing.map((line) => `- ${line}`).join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
};
