import { Button, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHash, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BankEntry, type HashAlgorithm, type HashBank, hashAlgorithms } from '#contracts/hash-bank.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago } from '../kit/format.ts';
import { PagedTable } from '../kit/paged-table.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import { AddEntriesDialog } from './add-entries-dialog.tsx';
import { banksQuery, entriesQuery, removeEntry } from './bank-queries.ts';
import classes from './banks.module.css';
import { parseHash } from './parse-hashes.ts';

/** The hashes of a bank. */
export const BankEntries = ({ bank, onImport }: { bank: HashBank; onImport: () => void }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useNow(60_000);
  const mayWrite = useMay('writeBanks');
  const [algorithm, setAlgorithm] = useState<HashAlgorithm | null>(null);
  const [typed, setTyped] = useState('');
  // Both kinds of 64 digits are asked for by the same hash.
  const whole = parseHash(typed, 'sha256')?.hash ?? '';
  const [hash] = useDebouncedValue(whole, 300);
  const entries = useInfiniteQuery(
    entriesQuery(bank.id, { algorithm: algorithm ?? undefined, hash: hash === '' ? undefined : hash }),
  );
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<BankEntry | null>(null);
  const remove = useMutation({
    mutationFn: (entry: BankEntry) => removeEntry(bank.id, entry.id),
    onSuccess: async () => {
      setRemoving(null);
      await client.invalidateQueries({ queryKey: banksQuery.queryKey });
    },
  });
  const rows = entries.data?.pages[0]?.entries.length ?? 0;
  const filtered = algorithm !== null || hash !== '';
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('banks.addEntries')}
    </Button>
  );
  return (
    <div className={classes.stack}>
      <div className={classes.actions}>
        <search className={classes.filters}>
          <SearchField
            className={classes.find}
            label={t('banks.searchHash')}
            value={typed}
            onChange={setTyped}
            error={typed.trim() !== '' && whole === '' ? t('lookUp.noHash') : null}
          />
          <Select
            clearable
            aria-label={t('banks.algorithm')}
            placeholder={t('banks.anyAlgorithm')}
            data={hashAlgorithms.map((value) => ({ value, label: t(`hashAlgorithms.${value}`) }))}
            value={algorithm}
            onChange={(value) => setAlgorithm(value as HashAlgorithm | null)}
          />
        </search>
        {mayWrite && (filtered || rows > 0) ? add : null}
      </div>
      <PagedTable
        query={entries}
        label={t('banks.entries')}
        empty={
          filtered ? (
            <EmptyState icon={IconHash} title={t('banks.noEntryTitle')} text={t('banks.noEntryText')} />
          ) : (
            <EmptyState
              icon={IconHash}
              title={t('banks.noEntriesTitle')}
              text={t('banks.noEntriesText')}
              action={
                mayWrite ? (
                  <>
                    {add}
                    <Button variant="default" onClick={onImport}>
                      {t('banks.import')}
                    </Button>
                  </>
                ) : null
              }
            />
          )
        }
        head={
          <>
            <th scope="col">{t('banks.algorithm')}</th>
            <th scope="col">{t('banks.hash')}</th>
            <th scope="col">{t('banks.sourceId')}</th>
            <th scope="col">{t('banks.note')}</th>
            <th scope="col">{t('banks.added')}</th>
            {mayWrite ? <th scope="col">{t('actions')}</th> : null}
          </>
        }
        row={(entry) => (
          <tr key={entry.id}>
            <td className={table.nowrap}>{t(`hashAlgorithms.${entry.algorithm}`)}</td>
            <td className={classes.hash}>{entry.hash}</td>
            <td>{entry.sourceId ?? '–'}</td>
            <td>{entry.note === '' ? '–' : entry.note}</td>
            <td className={table.nowrap}>{ago(entry.addedAt, now)}</td>
            {mayWrite ? (
              <td>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="coral"
                  aria-label={t('banks.removeEntryOf', { hash: entry.hash.slice(0, 12) })}
                  onClick={() => setRemoving(entry)}
                >
                  {t('banks.removeEntry')}
                </Button>
              </td>
            ) : null}
          </tr>
        )}
      />
      <AddEntriesDialog bank={bank} opened={adding} onClose={() => setAdding(false)} />
      <ConfirmDialog
        opened={removing !== null}
        title={t('banks.removeEntryTitle')}
        text={t('banks.removeEntryText', { hash: removing?.hash ?? '' })}
        confirm={t('banks.removeEntry')}
        busy={remove.isPending}
        error={remove.error}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing !== null && remove.mutate(removing)}
      />
    </div>
  );
};
