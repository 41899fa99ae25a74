import { useTranslation } from 'react-i18next';
import type { BankImportReport } from '#contracts/hash-bank.ts';
import { count } from '../kit/format.ts';
import classes from './banks.module.css';

/** What an import did, and every line that it could not take. */
export const ImportReport = ({ report }: { report: BankImportReport }) => {
  const { t } = useTranslation();
  const { added, known, removed, skipped, faulty, faults, written } = report;
  const leftOut = Object.entries(skipped);
  const result = written ? (faulty === 0 ? 'all' : 'partly') : 'nothing';
  const counts = { added, known, removed, faulty };
  return (
    <div className={classes.report} data-result={result} role={result === 'nothing' ? 'alert' : 'status'}>
      <p className={classes.reportTitle}>{t(`bankImport.results.${result}`)}</p>
      <dl className={classes.counts}>
        {(['added', 'known', 'removed', 'faulty'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`bankImport.counts.${name}`)}</dt>
            <dd>{count(counts[name])}</dd>
          </div>
        ))}
      </dl>
      {leftOut.length === 0 ? null : (
        <p className={classes.hint}>
          {t('bankImport.skipped', { kinds: leftOut.map(([name, number]) => `${name} (${count(number)})`).join(', ') })}
        </p>
      )}
      {faults.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <ul className={classes.faults} tabIndex={0} aria-label={t('bankImport.faults')}>
          {faults.map((fault) => (
            <li key={`${fault.line}${fault.message}`}>
              <b>{t('bankImport.line', { line: fault.line })}</b> {fault.message}
            </li>
          ))}
          {faulty > faults.length ? <li>{t('signals.more', { more: count(faulty - faults.length) })}</li> : null}
        </ul>
      )}
    </div>
  );
};
