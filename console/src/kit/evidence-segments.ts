import type { Signal } from '#contracts/signal.ts';

/** One finding inside a text. Offsets are UTF-16 code units, end exclusive. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly category: string | undefined;
  readonly label: string;
  readonly detector: string;
  /** How much it weighs beside the other findings, above 0 up to 1; all weigh the same unless given. */
  readonly strength?: number;
}

/** A stretch of text that all of `findings` cover; plain text where there are none. */
export interface Segment {
  readonly start: number;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** The text findings of a trace for one part. */
export const findingsOf = (trace: readonly Signal[], partId: string): Finding[] =>
  trace.flatMap((signal) =>
    signal.evidence.flatMap((evidence) =>
      evidence.kind === 'span' && evidence.partId === partId
        ? [
            {
              start: evidence.start,
              end: evidence.end,
              category: evidence.category,
              label: evidence.label,
              detector: signal.detector,
            },
          ]
        : [],
    ),
  );

/** Cuts a text at every border of a finding, so that overlapping findings can be shown. Findings outside it are cut to fit. */
export const segmentText = (text: string, findings: readonly Finding[]): Segment[] => {
  const inside = findings
    .map((finding) => ({ ...finding, start: Math.max(0, finding.start), end: Math.min(text.length, finding.end) }))
    .filter((finding) => finding.start < finding.end);
  const borders = [...new Set([0, text.length, ...inside.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  return borders.slice(0, -1).map((start, index) => {
    const end = borders[index + 1] ?? text.length;
    return {
      start,
      text: text.slice(start, end),
      findings: inside.filter((finding) => finding.start <= start && finding.end >= end),
    };
  });
};
