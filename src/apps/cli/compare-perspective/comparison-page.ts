import { type Comparison, histogramBins, type MatchedThreshold } from './comparison.ts';
import {
  type AttributeReport,
  type ComparisonCounts,
  decimals,
  leftOutLines,
  percent,
  thresholdSentence,
} from './comparison-report.ts';

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)!};`);

const style = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1c2333; --faint: #5a6478; --line: #d5dae3; --theirs: #8a5a00; --ours: #0b63c4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181f; --ink: #e8ebf1; --faint: #a4adbd; --line: #363e4c; --theirs: #e0a93b; --ours: #6fb1ff; }
}
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .25rem 1rem .25rem 0; text-align: right; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; } caption, figcaption, .faint { color: var(--faint); text-align: left; }
figure { margin: 1rem 0; } svg { display: block; width: 100%; height: auto; } svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
.theirs { fill: var(--theirs); } .ours { fill: var(--ours); } .axis { stroke: var(--line); } .half { stroke: var(--faint); stroke-dasharray: 4 4; }
.threshold-theirs { stroke: var(--theirs); stroke-width: 2; } .threshold-ours { stroke: var(--ours); stroke-width: 2; }
.key { display: inline-block; width: .8em; height: .8em; margin-right: .3em; } .key.theirs { background: var(--theirs); } .key.ours { background: var(--ours); }
`;

const [width, height, left, bottom, top] = [880, 240, 48, 28, 12] as const;
const plotWidth = width - left - 12;
const plotHeight = height - bottom - top;
const across = (score: number): number => left + score * plotWidth;

const barsOf = (counts: readonly number[], most: number, side: 'theirs' | 'ours'): string =>
  counts
    .map((count, bin) => {
      const barHeight = (count / most) * plotHeight;
      const barWidth = plotWidth / histogramBins / 2 - 2;
      const x = across(bin / histogramBins) + (side === 'ours' ? barWidth + 2 : 0) + 1;
      const range = `${(bin / histogramBins).toFixed(2)} to ${((bin + 1) / histogramBins).toFixed(2)}`;
      const name = side === 'ours' ? 'Tidegate' : 'Perspective';
      return `<rect class="${side}" x="${x.toFixed(1)}" y="${(top + plotHeight - barHeight).toFixed(1)}" width="${barWidth.toFixed(1)}" height="${barHeight.toFixed(1)}"><title>${name}, ${range}: ${count}</title></rect>`;
    })
    .join('');

const thresholdLines = (thresholds: readonly MatchedThreshold[]): string =>
  thresholds
    .flatMap(({ theirs, ours }) => [
      { side: 'theirs', score: theirs },
      ...(ours === null ? [] : [{ side: 'ours', score: ours }]),
    ])
    .map(({ side, score }) => {
      const x = across(Math.min(1, Math.max(0, score))).toFixed(1);
      return `<line class="threshold-${side}" x1="${x}" x2="${x}" y1="${top}" y2="${top + plotHeight}"><title>${side === 'ours' ? 'Our' : 'Your'} threshold ${score}</title></line>`;
    })
    .join('');

const chart = ({ attribute, comparison, thresholds }: AttributeReport): string => {
  const { theirs, ours } = comparison.histograms;
  const most = Math.max(1, ...theirs, ...ours);
  const ticks = [0, 0.25, 0.5, 0.75, 1]
    .map((score) => `<text x="${across(score).toFixed(1)}" y="${height - 8}" text-anchor="middle">${score}</text>`)
    .join('');
  const half = across(0.5).toFixed(1);
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Distribution of ${attribute} scores: Perspective beside Tidegate">
<line class="axis" x1="${left}" x2="${width - 12}" y1="${top + plotHeight}" y2="${top + plotHeight}"/>
<line class="half" x1="${half}" x2="${half}" y1="${top}" y2="${top + plotHeight}"/>
<text x="${left - 6}" y="${top + 10}" text-anchor="end">${most}</text><text x="${left - 6}" y="${top + plotHeight}" text-anchor="end">0</text>
${barsOf(theirs, most, 'theirs')}${barsOf(ours, most, 'ours')}${thresholdLines(thresholds)}${ticks}</svg>`;
};

const table = ({ means, shares }: Comparison): string =>
  `<table><thead><tr><th></th><th scope="col">Perspective</th><th scope="col">Tidegate</th></tr></thead><tbody>
<tr><th scope="row">mean</th><td>${decimals(means.theirs)}</td><td>${decimals(means.ours)}</td></tr>
${shares.map(({ from, theirs, ours }) => `<tr><th scope="row">share from ${from.toFixed(1)}</th><td>${percent(theirs)}</td><td>${percent(ours)}</td></tr>`).join('\n')}
</tbody></table>`;

const section = (report: AttributeReport): string => {
  const { attribute, comparison, thresholds } = report;
  const chosen = thresholds.map((threshold) => `<li>${escaped(thresholdSentence(attribute, threshold))}</li>`).join('');
  return `<section><h2>${attribute}</h2>
<p>${comparison.texts} texts. Same order (Spearman): ${decimals(comparison.spearman)}. Same side of 0.5: ${percent(comparison.agreement)}.</p>
<figure>${chart(report)}<figcaption><span class="key theirs"></span>Perspective &#160; <span class="key ours"></span>Tidegate; number of texts by score</figcaption></figure>
${table(comparison)}${chosen === '' ? '' : `<ul>${chosen}</ul>`}</section>`;
};

/** The comparison as one page of HTML that needs nothing else: no scripts, nothing loaded, light or dark as the reader has it. No text of the file is in it. */
export const comparisonPage = (reports: readonly AttributeReport[], counts: ComparisonCounts): string => {
  const leftOut = leftOutLines(counts)
    .map((line) => `<li>${escaped(line)}</li>`)
    .join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Perspective and Tidegate</title><style>${style}</style></head><body><main>
<h1>Perspective and Tidegate</h1>
<p>${counts.compared} texts, scored by both. A score of 0.5 is the recommended operating point at Tidegate; lines across the bars are thresholds.</p>
${leftOut === '' ? '' : `<ul class="faint">${leftOut}</ul>`}
${reports.map(section).join('\n')}
</main></body></html>
`;
};
