import { IconScale } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { dateTime } from '../kit/format.ts';
import { PagedTable } from '../kit/paged-table.tsx';
import { authorityReportsQuery } from './bank-queries.ts';
import classes from './banks.module.css';

/** What an exact match in a bank of child sexual abuse material left to be reported. */
export const AuthorityReports = () => {
  const { t } = useTranslation();
  const reports = useInfiniteQuery(authorityReportsQuery);
  return (
    <div className={classes.stack}>
      <p className={classes.hint}>{t('reports.text')}</p>
      <PagedTable
        query={reports}
        label={t('banks.tabs.reports')}
        empty={<EmptyState icon={IconScale} title={t('reports.noneTitle')} text={t('reports.noneText')} />}
        head={
          <>
            <th scope="col">{t('reports.queued')}</th>
            <th scope="col">{t('banks.item')}</th>
            <th scope="col">{t('reports.bank')}</th>
            <th scope="col">SHA-256</th>
            <th scope="col">{t('reports.state')}</th>
          </>
        }
        row={(report) => (
          <tr key={report.id}>
            <td className={table.nowrap}>{dateTime(report.createdAt)}</td>
            <td className={table.nowrap}>
              <Link to="/items/$itemId" params={{ itemId: report.itemId }} className="mono">
                {report.itemId.slice(0, 8)}…
              </Link>{' '}
              <span className="soft">{t('item.versionNumber', { version: report.itemVersion })}</span>
            </td>
            <td>{report.bankId}</td>
            <td className={classes.hash}>{report.sha256}</td>
            <td>{t(`reportStates.${report.state}`)}</td>
          </tr>
        )}
      />
    </div>
  );
};
