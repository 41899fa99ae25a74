import { useTranslation } from 'react-i18next';
import type { LabelReport } from '#contracts/models.ts';
import table from '../kit/data-table.module.css';
import { score } from '../kit/format.ts';
import { type Consequence, confidenceOf, type Thresholds } from './consequence.ts';
import { share } from './figures.ts';
import classes from './models.module.css';

interface ConsequenceTableProps {
  readonly report: LabelReport;
  readonly now: { readonly thresholds: Thresholds; readonly consequence: Consequence } | null;
  readonly moved: { readonly thresholds: Thresholds; readonly consequence: Consequence };
}

const shown = (value: number | null): string => (value === null ? '–' : share(value));

/** Percentage points, with the sign that says in which direction. */
const difference = (before: number | null, after: number | null): string => {
  if (before === null || after === null) return '–';
  const points = Math.round((after - before) * 1_000) / 10;
  if (points === 0) return '±0';
  return `${points > 0 ? '+' : '−'}${Math.abs(points)}`;
};

const rows = ['found', 'people', 'peopleWrong', 'removed', 'removedWrong'] as const;

/** What the thresholds bring now and what they would bring, side by side. */
export const ConsequenceTable = ({ report, now, moved }: ConsequenceTableProps) => {
  const { t } = useTranslation();
  const range = confidenceOf(moved.consequence.found, report.positives);
  const head = ({ review, remove }: Thresholds): string =>
    t('models.what.thresholds', { review: score(review), remove: score(remove) });
  return (
    <div className={`${table.scroll} ${classes.consequences}`}>
      <table className={table.table} aria-label={t('models.what.title')}>
        <thead>
          <tr>
            <th scope="col">{t('models.what.figure')}</th>
            {now === null ? null : (
              <th scope="col" className={table.number}>
                {t('models.what.now')}
                <br />
                {head(now.thresholds)}
              </th>
            )}
            <th scope="col" className={table.number}>
              {t('models.what.moved')}
              <br />
              {head(moved.thresholds)}
            </th>
            {now === null ? null : (
              <th scope="col" className={table.number}>
                {t('models.what.change')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row" className={classes.rowHead}>
                {t(`models.what.${row}`)}
                {row === 'found' && range !== null ? (
                  <span className={classes.rowHint}>
                    {t('models.what.range', {
                      low: share(range[0]),
                      high: share(range[1]),
                      count: report.positives,
                    })}
                  </span>
                ) : null}
              </th>
              {now === null ? null : <td className={table.number}>{shown(now.consequence[row])}</td>}
              <td className={`${table.number} ${classes.strong}`}>{shown(moved.consequence[row])}</td>
              {now === null ? null : (
                <td className={table.number}>{difference(now.consequence[row], moved.consequence[row])}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
