import type { LabelReport, ModelReport } from '../../src/contracts/models.ts';
import { escapeHtml } from './chart.ts';
import { reportStyle } from './html-style.ts';
import { labelCharts } from './label-charts.ts';
import { operatingColumns, operatingRows } from './operating-rows.ts';
import type { ScoredText } from './score-texts.ts';
import { notScoredLines } from './terminal.ts';

export interface HtmlReport {
  readonly report: ModelReport;
  /** Scores by label, for the exact curves. */
  readonly scored: ReadonlyMap<string, readonly ScoredText[]>;
  /** Rows of facts about the run, as name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Base rate that was asked for; curves are drawn for it. */
  readonly baseRate: number | null;
  /** Worst errors to show of each label, with their texts. */
  readonly examples: number;
}

const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3);

const table = (caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption)}"><table><thead><tr>${head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>${rows
    .map(
      ([first = '', ...cells]) =>
        `<tr><th scope="row">${escapeHtml(first)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
    )
    .join('')}</tbody></table></div>`;

const summary = (labels: readonly LabelReport[]): string =>
  table(
    'Figures by label',
    ['label', 'texts', 'positive', 'AUPRC', 'ROC AUC', 'F1 at review', 'best F1', 'ECE'],
    labels.map(({ label, count, positives, headline, operatingPoints }) => [
      label,
      String(count),
      String(positives),
      figure(headline.auprc),
      figure(headline.rocAuc),
      figure(operatingPoints.find(({ name }) => name === 'review')?.f1),
      headline.bestF1 === null ? '–' : `${figure(headline.bestF1.f1)} at ${headline.bestF1.threshold.toFixed(2)}`,
      figure(headline.ece),
    ]),
  );

const operatingTable = (labels: readonly LabelReport[]): string =>
  table("At the policy's thresholds", operatingColumns, operatingRows(labels, figure));

const curveTable = ({ label, curve }: LabelReport): string =>
  table(
    `${label} by threshold`,
    ['threshold', 'precision', 'recall', 'false positives', 'workload'],
    curve
      .filter((_, index) => index % 5 === 4)
      .map((point) => [
        point.threshold.toFixed(2),
        figure(point.precision),
        figure(point.recall),
        figure(point.falsePositiveRate),
        figure(point.workload),
      ]),
  );

const reliabilityTable = ({ label, reliability }: LabelReport): string =>
  table(
    `${label}: probabilities in bins`,
    ['bin', 'texts', 'positive', 'mean probability', 'share that is so'],
    reliability.map((bin) => [
      `${bin.from.toFixed(2)} to ${bin.to.toFixed(2)}`,
      String(bin.count),
      String(bin.positives),
      figure(bin.meanProbability),
      figure(bin.shareOfPositives),
    ]),
  );

const sliceTable = ({ label, slices }: LabelReport): string =>
  table(
    `${label} by slice`,
    ['slice', 'texts', 'positive', 'AUPRC', 'ROC AUC', 'recall at review', 'false positives at review'],
    slices.map((slice) => [
      `${slice.dimension}: ${slice.name}`,
      String(slice.count),
      String(slice.positives),
      figure(slice.auprc),
      figure(slice.rocAuc),
      figure(slice.recall),
      figure(slice.falsePositiveRate),
    ]),
  );

/** Texts whose probability is farthest from the truth. */
const examples = (label: string, scored: readonly ScoredText[], most: number): string => {
  const worst = [...scored]
    .sort((one, other) => Math.abs(other.score - other.label) - Math.abs(one.score - one.label))
    .slice(0, most)
    .filter(({ score, label }) => Math.abs(score - label) > 0.5);
  if (worst.length === 0) return '';
  return `<h3>Worst errors</h3><div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(label)}: worst errors"><table><thead><tr><th scope="col">line</th><th scope="col">probability</th><th scope="col">label</th><th scope="col" class="text">text</th></tr></thead><tbody>${worst
    .map(
      ({ line, score, label, text }) =>
        `<tr><th scope="row">${line}</th><td>${figure(score)}</td><td>${label}</td><td class="text">${escapeHtml((text ?? '').slice(0, 500))}</td></tr>`,
    )
    .join('')}</tbody></table></div>`;
};

const labelSection = (label: LabelReport, index: number, { scored, baseRate, examples: most }: HtmlReport): string => {
  const texts = scored.get(label.label) ?? [];
  return `<section aria-labelledby="l${index}"><h2 id="l${index}">${escapeHtml(label.label)}</h2>
<p class="soft">${label.count} texts, ${label.positives} positive. Precision and workload where ${(label.baseRate * 100).toFixed(1)} % are positive.</p>
${labelCharts(label, texts, index, baseRate ?? undefined)}
<details><summary>The curves as a table</summary>${curveTable(label)}</details>
<details><summary>Reliability and distribution as a table</summary>${reliabilityTable(label)}</details>
${label.slices.length === 0 ? '' : `<h3>Slices</h3>${sliceTable(label)}`}
${most === 0 ? '' : examples(label.label, texts, most)}</section>`;
};

/** One page that needs nothing beside itself: no script, no font, no address. */
export const htmlReport = (content: HtmlReport): string => {
  const { report, facts } = content;
  const labels = report.labels.filter(({ count }) => count > 0);
  const missing = notScoredLines(report);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Evaluation · Tidegate</title><style>${reportStyle}</style></head>
<body><main><h1>How well layers 1 and 2 tell</h1>
<p class="soft">Probabilities are calibrated and fused, as the policy sees them. A text counts as flagged at or above a threshold; the workload is the share of all texts that are.</p>
<dl>${facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
${missing.length === 0 ? '' : `<div class="notice"><p>Not in the figures, and not counted as harmless:</p><ul>${missing.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></div>`}
<nav aria-label="Labels"><ul>${labels.map(({ label }, index) => `<li><a href="#l${index}">${escapeHtml(label)}</a></li>`).join('')}</ul></nav>
${summary(labels)}
${labels.some(({ operatingPoints }) => operatingPoints.length > 0) ? `<h3>At the policy's thresholds</h3>${operatingTable(labels)}` : ''}
${labels.map((label, index) => labelSection(label, index, content)).join('\n')}
</main></body></html>
`;
};
