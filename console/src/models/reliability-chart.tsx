import { useTranslation } from 'react-i18next';
import type { LabelReport } from '#contracts/models.ts';
import { score } from '../kit/format.ts';
import classes from './charts.module.css';

const size = { width: 380, height: 300 };
const edge = { left: 46, right: 14, top: 12, bottom: 40 };
const x = (value: number): number => edge.left + value * (size.width - edge.left - edge.right);
const y = (value: number): number => size.height - edge.bottom - value * (size.height - edge.top - edge.bottom);
const ticks = [0, 0.25, 0.5, 0.75, 1];

/** What was said beside what came true: on the line, a probability of 0.3 is right three times in ten. */
export const ReliabilityChart = ({ label, report }: { label: string; report: LabelReport }) => {
  const { t } = useTranslation();
  const points = report.reliability.flatMap(({ meanProbability, shareOfPositives, count }) =>
    meanProbability === null || shareOfPositives === null ? [] : [{ meanProbability, shareOfPositives, count }],
  );
  const most = Math.max(1, ...points.map(({ count }) => count));
  return (
    <svg
      viewBox={`0 0 ${size.width} ${size.height}`}
      className={classes.chart}
      role="img"
      aria-label={t('models.reliability.label', { label, ece: score(report.headline.ece ?? 0) })}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={classes.grid} x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
          <text className={classes.tick} x={edge.left - 8} y={y(tick)} dy="4" textAnchor="end">
            {Math.round(tick * 100)} %
          </text>
          <text className={classes.tick} x={x(tick)} y={size.height - edge.bottom + 18} textAnchor="middle">
            {score(tick)}
          </text>
        </g>
      ))}
      <text className={classes.axis} x={x(0.5)} y={size.height - 4} textAnchor="middle">
        {t('models.reliability.said')}
      </text>
      <line className={classes.diagonal} x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      <path
        className={classes.line}
        data-series="recall"
        d={points
          .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.meanProbability)} ${y(point.shareOfPositives)}`)
          .join('')}
      />
      {points.map(({ meanProbability, shareOfPositives, count }) => (
        <circle
          key={meanProbability}
          className={classes.dot}
          cx={x(meanProbability)}
          cy={y(shareOfPositives)}
          // Area by the logarithm of the count: nearly everything lies in the first bin.
          r={2.5 + 4 * (Math.log1p(count) / Math.log1p(most))}
        />
      ))}
    </svg>
  );
};
