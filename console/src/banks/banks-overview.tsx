import { Button } from '@mantine/core';
import { IconFingerprint, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HashBank } from '#contracts/hash-bank.ts';
import { CategoryTag } from '../kit/category-tag.tsx';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago, count, dateTime, percent } from '../kit/format.ts';
import { QueryTable } from '../kit/query-table.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import { banksQuery } from './bank-queries.ts';
import classes from './banks.module.css';
import { ModeBadge } from './mode-badge.tsx';
import { NewBankDialog } from './new-bank-dialog.tsx';

const entriesOf = ({ entries }: HashBank): number => entries.sha256 + entries.md5 + entries.pdq;

/** All banks: what is in them, what they do, and when they last found something. */
export const BanksOverview = () => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const banks = useQuery(banksQuery);
  const mayWrite = useMay('writeBanks');
  const [creating, setCreating] = useState(false);
  const create = mayWrite ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('banks.create')}
    </Button>
  ) : null;
  return (
    <div className={classes.stack}>
      {mayWrite && banks.data?.length !== 0 ? <div className={classes.actions}>{create}</div> : null}
      <QueryTable
        query={banks}
        label={t('nav.banks')}
        empty={
          <EmptyState icon={IconFingerprint} title={t('banks.noneTitle')} text={t('banks.noneText')} action={create} />
        }
        head={
          <>
            <th scope="col">{t('banks.name')}</th>
            <th scope="col">{t('banks.kind')}</th>
            <th scope="col">{t('banks.category')}</th>
            <th scope="col">{t('banks.mode')}</th>
            <th scope="col" className={table.number}>
              {t('banks.entries')}
            </th>
            <th scope="col" className={table.number}>
              {t('banks.matches')}
            </th>
            <th scope="col" className={table.number}>
              {t('banks.last24Hours')}
            </th>
            <th scope="col">{t('banks.lastMatch')}</th>
          </>
        }
        row={(bank) => (
          <tr key={bank.id}>
            <td>
              <Link to="/banks/bank/$bankId/{-$tab}" params={{ bankId: bank.id }}>
                {bank.name}
              </Link>
            </td>
            <td className={table.nowrap}>{t(`bankKinds.${bank.kind}.name`)}</td>
            <td>
              <CategoryTag category={bank.category} />
            </td>
            <td className={table.nowrap}>
              <ModeBadge mode={bank.mode} />
              {bank.share < 1 && bank.mode !== 'off' ? (
                <span className="soft"> {t('banks.ofTraffic', { share: percent(bank.share) })}</span>
              ) : null}
            </td>
            <td className={table.number}>{count(entriesOf(bank))}</td>
            <td className={table.number}>{count(bank.matches.total)}</td>
            <td className={table.number}>{count(bank.matches.last24Hours)}</td>
            <td className={table.nowrap}>
              {bank.matches.lastAt === null ? (
                <span className="soft">{t('banks.never')}</span>
              ) : (
                <time dateTime={bank.matches.lastAt} title={dateTime(bank.matches.lastAt)}>
                  {ago(bank.matches.lastAt, now)}
                </time>
              )}
            </td>
          </tr>
        )}
      />
      <NewBankDialog opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
};
