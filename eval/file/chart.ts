/** A place in a chart; both from 0 to 1. */
export type ChartPoint = readonly [x: number, y: number];

export interface ChartSeries {
  readonly name: string;
  /** Which colour and dash: one of the classes a to c of the report's style. */
  readonly tone: 'a' | 'b' | 'c';
  readonly points: readonly ChartPoint[];
  /** Dots at the points beside the line. */
  readonly dots?: boolean;
}

export interface ChartBars {
  readonly name: string;
  readonly tone: 'a' | 'b';
  /** Bars from `from` to `to`, `height` 0..1. */
  readonly bars: readonly { readonly from: number; readonly to: number; readonly height: number }[];
}

export interface Chart {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What the picture shows, for those who cannot see it. */
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series?: readonly ChartSeries[];
  readonly bars?: readonly ChartBars[];
  /** Upright lines with a name, such as thresholds. */
  readonly marks?: readonly { readonly at: number; readonly name: string }[];
  /** The line on which both axes are equal. */
  readonly diagonal?: boolean;
}

const width = 420;
const height = 300;
const inner = { left: 46, right: 12, top: 14, bottom: 42 };
const x = (value: number): string => (inner.left + value * (width - inner.left - inner.right)).toFixed(1);
const y = (value: number): string => (height - inner.bottom - value * (height - inner.top - inner.bottom)).toFixed(1);

/** Text for HTML: nothing in it is markup. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const ticks = [0, 0.25, 0.5, 0.75, 1];

const axes = ({ xLabel, yLabel }: Chart): string =>
  [
    ...ticks.map((tick) => `<line class="grid" x1="${x(0)}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}"/>`),
    ...ticks.map(
      (tick) =>
        `<text class="tick" x="${x(tick)}" y="${height - inner.bottom + 16}" text-anchor="middle">${tick}</text>`,
    ),
    ...ticks.map(
      (tick) => `<text class="tick" x="${inner.left - 6}" y="${y(tick)}" dy="4" text-anchor="end">${tick}</text>`,
    ),
    `<text class="axis" x="${x(0.5)}" y="${height - 6}" text-anchor="middle">${escapeHtml(xLabel)}</text>`,
    `<text class="axis" transform="translate(12 ${y(0.5)}) rotate(-90)" text-anchor="middle">${escapeHtml(yLabel)}</text>`,
  ].join('');

const line = ({ points, tone, dots }: ChartSeries): string => {
  const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
  const marks =
    dots === true
      ? points.map(([px, py]) => `<circle class="dot ${tone}" cx="${x(px)}" cy="${y(py)}" r="3"/>`).join('')
      : '';
  return `<path class="line ${tone}" d="${path}"/>${marks}`;
};

const barsOf = ({ bars, tone }: ChartBars): string =>
  bars
    .filter((bar) => bar.height > 0)
    .map((bar) => {
      const left = Number(x(bar.from));
      const top = Number(y(bar.height));
      return `<rect class="bar ${tone}" x="${left}" y="${top}" width="${(Number(x(bar.to)) - left).toFixed(1)}" height="${(Number(y(0)) - top).toFixed(1)}"/>`;
    })
    .join('');

/** A chart as a figure: SVG with title and description, and a key where there is more than one thing in it. */
export const drawChart = (chart: Chart): string => {
  const { id, title, description, series = [], bars = [], marks = [], diagonal = false } = chart;
  const named = [...bars, ...series];
  const key =
    named.length < 2
      ? ''
      : `<p class="key">${named.map(({ name, tone }) => `<span class="swatch ${tone}"></span>${escapeHtml(name)}`).join(' ')}</p>`;
  return `<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${escapeHtml(title)}</title><desc id="${id}-d">${escapeHtml(description)}</desc>
${axes(chart)}${diagonal ? `<line class="diagonal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>` : ''}${bars.map(barsOf).join('')}${series.map(line).join('')}${marks
  .map(
    ({ at, name }) =>
      `<line class="mark" x1="${x(at)}" x2="${x(at)}" y1="${y(0)}" y2="${y(1)}"/><text class="tick" x="${x(at)}" y="${inner.top - 3}" text-anchor="middle">${escapeHtml(name)}</text>`,
  )
  .join('')}
</svg><figcaption>${escapeHtml(title)}</figcaption>${key}</figure>`;
};
