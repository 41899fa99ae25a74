import { IconTargetOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { HashBank } from '#contracts/hash-bank.ts';
import table from '../kit/data-table.module.css';
import { Nearness } from '../kit/decision/hash-matches.tsx';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago, dateTime } from '../kit/format.ts';
import { PagedTable } from '../kit/paged-table.tsx';
import { useNow } from '../kit/use-now.ts';
import { matchesQuery } from './bank-queries.ts';
import classes from './banks.module.css';

/** What a bank found, newest first, with what came of it. */
export const BankMatches = ({ bank }: { bank: HashBank }) => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const matches = useInfiniteQuery(matchesQuery(bank.id));
  return (
    <div className={classes.stack}>
      <PagedTable
        query={matches}
        label={t('banks.matches')}
        empty={<EmptyState icon={IconTargetOff} title={t('banks.noMatchTitle')} text={t('banks.noMatchText')} />}
        head={
          <>
            <th scope="col">{t('banks.when')}</th>
            <th scope="col">{t('banks.item')}</th>
            <th scope="col">{t('banks.part')}</th>
            <th scope="col">{t('banks.nearness')}</th>
            <th scope="col">{t('banks.effect')}</th>
          </>
        }
        row={(match) => (
          <tr key={match.id}>
            <td className={table.nowrap}>
              <time dateTime={match.at} title={dateTime(match.at)}>
                {ago(match.at, now)}
              </time>
            </td>
            <td className={table.nowrap}>
              <Link to="/items/$itemId" params={{ itemId: match.itemId }} className="mono">
                {match.itemId.slice(0, 8)}…
              </Link>{' '}
              <span className="soft">{t('item.versionNumber', { version: match.itemVersion })}</span>
            </td>
            <td>{match.partId}</td>
            <td className={table.nowrap}>
              <Nearness algorithm={match.algorithm} distance={match.distance} />
            </td>
            <td>{t(`bankEffects.${match.behaviour}`)}</td>
          </tr>
        )}
      />
    </div>
  );
};
