import { useTranslation } from 'react-i18next';
import type { Assessment } from '#contracts/decision.ts';
import { score } from '../format.ts';
import classes from './contribution-table.module.css';

const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(2)}`;

/** Each detector's share in a category: what it said, what that means once calibrated, and what it added in logits. */
export const ContributionTable = ({ contributions }: { contributions: Assessment['contributions'] }) => {
  const { t } = useTranslation();
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('contributions.detector')}</th>
            <th scope="col">{t('contributions.raw')}</th>
            <th scope="col">{t('contributions.calibrated')}</th>
            <th scope="col">{t('contributions.weight')}</th>
            <th scope="col">{t('contributions.term')}</th>
          </tr>
        </thead>
        <tbody>
          {contributions.map((entry) => (
            <tr key={`${entry.detector}@${entry.partId ?? ''}`}>
              <th scope="row">
                {entry.detector}
                {entry.partId === undefined ? null : <span className="soft"> {entry.partId}</span>}
              </th>
              <td>{score(entry.raw)}</td>
              <td>{score(entry.calibrated)}</td>
              <td>{entry.weight.toFixed(2)}</td>
              <td>{signed(entry.term)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
