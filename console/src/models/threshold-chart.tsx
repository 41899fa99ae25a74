import { useTranslation } from 'react-i18next';
import type { CurvePoint } from '#contracts/models.ts';
import { score } from '../kit/format.ts';
import classes from './charts.module.css';
import type { Thresholds } from './consequence.ts';

const width = 760;
const height = 400;
const edge = { left: 48, right: 16, top: 22, bottom: 40 };
const x = (value: number): number => edge.left + value * (width - edge.left - edge.right);
const y = (value: number): number => height - edge.bottom - value * (height - edge.top - edge.bottom);
const ticks = [0, 0.25, 0.5, 0.75, 1];

const lineOf = (curve: readonly CurvePoint[], value: (point: CurvePoint) => number | null): string => {
  let pen = 'M';
  return curve
    .map((point) => {
      const found = value(point);
      if (found === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${x(point.threshold).toFixed(1)} ${y(found).toFixed(1)}`;
      pen = 'L';
      return step;
    })
    .join('');
};

interface ThresholdChartProps {
  readonly label: string;
  readonly curve: readonly CurvePoint[];
  /** The policy's thresholds; null where it does not have the label. */
  readonly now: Thresholds | null;
  /** Where they are moved to. */
  readonly moved: Thresholds;
}

/** Precision, recall and workload against the threshold, with the bands of the policy behind them. */
export const ThresholdChart = ({ label, curve, now, moved }: ThresholdChartProps) => {
  const { t } = useTranslation();
  const series = [
    { id: 'recall', path: lineOf(curve, ({ recall }) => recall) },
    { id: 'precision', path: lineOf(curve, ({ precision }) => precision) },
    { id: 'workload', path: lineOf(curve, ({ workload }) => workload) },
  ] as const;
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.key}>
        {series.map(({ id }) => (
          <span key={id} className={classes.keyEntry}>
            <svg className={classes.swatch} viewBox="0 0 28 8" aria-hidden="true">
              <line className={classes.line} data-series={id} x1="0" x2="28" y1="4" y2="4" />
            </svg>
            {t(`models.chart.${id}`)}
          </span>
        ))}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className={classes.chart}
        role="img"
        aria-label={t('models.chart.label', { label })}
      >
        <rect
          className={classes.band}
          data-zone="review"
          x={x(moved.review)}
          y={y(1)}
          width={Math.max(0, x(moved.remove) - x(moved.review))}
          height={y(0) - y(1)}
        />
        <rect
          className={classes.band}
          data-zone="remove"
          x={x(moved.remove)}
          y={y(1)}
          width={x(1) - x(moved.remove)}
          height={y(0) - y(1)}
        />
        {ticks.map((tick) => (
          <g key={tick}>
            <line className={classes.grid} x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
            <text className={classes.tick} x={edge.left - 8} y={y(tick)} dy="4" textAnchor="end">
              {Math.round(tick * 100)} %
            </text>
            <text className={classes.tick} x={x(tick)} y={height - edge.bottom + 18} textAnchor="middle">
              {score(tick)}
            </text>
          </g>
        ))}
        <text className={classes.axis} x={x(0.5)} y={height - 4} textAnchor="middle">
          {t('models.chart.threshold')}
        </text>
        {series.map(({ id, path }) => (
          <path key={id} className={classes.line} data-series={id} d={path} />
        ))}
        {(['review', 'remove'] as const).map((name) => (
          <g key={name}>
            {now !== null && now[name] !== moved[name] ? (
              <line className={classes.was} x1={x(now[name])} x2={x(now[name])} y1={y(0)} y2={y(1)} />
            ) : null}
            <line
              className={classes.mark}
              data-zone={name}
              x1={x(moved[name])}
              x2={x(moved[name])}
              y1={y(0)}
              y2={y(1)}
            />
            <text
              className={classes.markName}
              data-zone={name}
              x={x(moved[name])}
              y={edge.top - 8}
              textAnchor={moved[name] > 0.85 ? 'end' : moved[name] < 0.15 ? 'start' : 'middle'}
            >
              {t(`models.chart.${name}`, { at: score(moved[name]) })}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
};
