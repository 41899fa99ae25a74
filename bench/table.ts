import { availableParallelism, cpus } from 'node:os';

/** One measured thing. Times in milliseconds. */
export interface BenchRow {
  readonly name: string;
  readonly medianMs?: number;
  readonly p99Ms?: number;
  readonly perSecond?: number;
  readonly note?: string;
}

/** The machine that a figure belongs to; without it a figure means nothing. */
export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} CPUs, Node ${process.versions.node}, ${process.platform}-${process.arch}`;

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '' : value < 1 ? value.toFixed(3) : value.toFixed(value < 100 ? 2 : 0);
const rate = (value: number | undefined): string =>
  value === undefined ? '' : Math.round(value).toLocaleString('en-GB').replaceAll(',', ' ');

/** A Markdown table that also reads well on a terminal. */
export const formatTable = (rows: readonly BenchRow[]): string => {
  const cells = [
    ['what', 'median ms', 'p99 ms', 'per second', 'note'],
    ...rows.map((row) => [
      row.name,
      milliseconds(row.medianMs),
      milliseconds(row.p99Ms),
      rate(row.perSecond),
      row.note ?? '',
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const numeric = (column: number): boolean => column >= 1 && column <= 3;
  const lines = cells.map(
    (line) =>
      `| ${line.map((cell, column) => (numeric(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join(' | ')} |`,
  );
  const rule = `|${widths.map((width, column) => (numeric(column) ? `${'-'.repeat(width + 1)}:` : `-${'-'.repeat(width)}-`)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
};

export const printTable = (title: string, rows: readonly BenchRow[]): void => {
  console.log(`\n${title}\n\n${formatTable(rows)}`);
};
