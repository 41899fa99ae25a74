import { Button } from '@mantine/core';
import { IconTrash, IconUpload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HashBank } from '#contracts/hash-bank.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { ago, count } from '../kit/format.ts';
import { LoadingPage } from '../kit/loading-page.tsx';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import { BankEntries } from './bank-entries.tsx';
import { BankMatches } from './bank-matches.tsx';
import { bankQuery, banksQuery, removeBank } from './bank-queries.ts';
import { BankSettings } from './bank-settings.tsx';
import classes from './banks.module.css';
import { ImportDialog } from './import-dialog.tsx';
import { ModeBadge } from './mode-badge.tsx';

const Counts = ({ bank }: { bank: HashBank }) => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const { entries, matches } = bank;
  return (
    <dl className={classes.counts}>
      {(['sha256', 'md5', 'pdq'] as const).map((algorithm) => (
        <div key={algorithm}>
          <dt>{t(`hashAlgorithms.${algorithm}`)}</dt>
          <dd>{count(entries[algorithm])}</dd>
        </div>
      ))}
      <div>
        <dt>{t('banks.matches')}</dt>
        <dd>{count(matches.total)}</dd>
      </div>
      <div>
        <dt>{t('banks.last24Hours')}</dt>
        <dd>{count(matches.last24Hours)}</dd>
      </div>
      <div>
        <dt>{t('banks.lastMatch')}</dt>
        <dd>{matches.lastAt === null ? t('banks.never') : ago(matches.lastAt, now)}</dd>
      </div>
    </dl>
  );
};

const Detail = ({ bank }: { bank: HashBank }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/banks/bank/$bankId/{-$tab}' });
  const mayWrite = useMay('writeBanks');
  const [importing, setImporting] = useState(false);
  const [removing, setRemoving] = useState(false);
  const remove = useMutation({
    mutationFn: () => removeBank(bank.id),
    onSuccess: async () => {
      await navigate({ to: '/banks/{-$tab}', params: {} });
      client.removeQueries({ queryKey: bankQuery(bank.id).queryKey });
      await client.invalidateQueries({ queryKey: banksQuery.queryKey, exact: true });
    },
  });
  const tabs = [
    { id: 'entries', view: <BankEntries bank={bank} onImport={() => setImporting(true)} /> },
    { id: 'matches', view: <BankMatches bank={bank} /> },
    { id: 'settings', view: <BankSettings key={bank.id} bank={bank} /> },
  ] as const;
  return (
    <Page
      title={
        <>
          {bank.name} <ModeBadge mode={bank.mode} />
        </>
      }
      text={[t(`bankKinds.${bank.kind}.name`), bank.description].filter((part) => part !== '').join(' · ')}
      actions={
        mayWrite ? (
          <>
            <Button
              variant="default"
              leftSection={<IconUpload size={16} aria-hidden />}
              onClick={() => setImporting(true)}
            >
              {t('banks.import')}
            </Button>
            <Button
              variant="subtle"
              color="coral"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => setRemoving(true)}
            >
              {t('banks.delete')}
            </Button>
          </>
        ) : null
      }
    >
      <Counts bank={bank} />
      <PageTabs
        current={tab}
        onChange={(id) =>
          void navigate({ to: '/banks/bank/$bankId/{-$tab}', params: { bankId: bank.id, tab: id }, replace: true })
        }
        tabs={tabs.map(({ id, view }) => ({ id, label: t(`banks.detailTabs.${id}`), view }))}
      />
      <ImportDialog bank={bank} opened={importing} onClose={() => setImporting(false)} />
      <ConfirmDialog
        opened={removing}
        title={t('banks.deleteTitle', { name: bank.name })}
        text={t('banks.deleteText')}
        confirm={t('banks.delete')}
        busy={remove.isPending}
        error={remove.error}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate()}
      />
    </Page>
  );
};

/** One bank: its entries, what it found, and what it does. */
export const BankPage = () => {
  const { t } = useTranslation();
  const { bankId } = useParams({ from: '/shell/banks/bank/$bankId/{-$tab}' });
  const bank = useQuery(bankQuery(bankId));
  if (bank.data !== undefined) return <Detail key={bankId} bank={bank.data} />;
  return <LoadingPage title={t('nav.banks')} query={bank} />;
};
