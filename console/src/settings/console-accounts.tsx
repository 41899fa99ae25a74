import { Button, Select, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { type ConsoleAccount, type consoleAccountUpdateSchema, type Role, roles } from '#contracts/access.ts';
import table from '../kit/data-table.module.css';
import { ago } from '../kit/format.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { QueryTable } from '../kit/query-table.tsx';
import { useNow } from '../kit/use-now.ts';
import { useSession } from '../session/use-session.ts';
import { consoleAccountsQuery, updateConsoleAccount } from './access-queries.ts';
import { ConsoleAccountDialog } from './console-account-dialog.tsx';
import classes from './settings.module.css';

type Change = z.input<typeof consoleAccountUpdateSchema>;

/** The people who may sign in, and what each may do. */
export const ConsoleAccounts = () => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const session = useSession();
  const now = useNow(60_000);
  const accounts = useQuery(consoleAccountsQuery);
  const [creating, setCreating] = useState(false);
  const update = useMutation({
    mutationFn: ({ account, change }: { account: ConsoleAccount; change: Change }) =>
      updateConsoleAccount(account.id, change),
    onSuccess: async (account) => {
      notifications.show({ message: t('people.changed', { name: account.displayName }) });
      await client.invalidateQueries({ queryKey: consoleAccountsQuery.queryKey });
    },
  });
  return (
    <div className={classes.wide}>
      <div className={classes.actions}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          {t('people.create')}
        </Button>
      </div>
      {update.error === null ? null : <ProblemNotice error={update.error} compact />}
      <QueryTable
        query={accounts}
        label={t('settings.tabs.people')}
        head={
          <>
            <th scope="col">{t('people.name')}</th>
            <th scope="col">{t('entry.email')}</th>
            <th scope="col">{t('people.role')}</th>
            <th scope="col">{t('people.lastSignIn')}</th>
            <th scope="col">{t('people.maySignIn')}</th>
          </>
        }
        row={(account) => {
          const self = account.id === session.accountId;
          return (
            <tr key={account.id}>
              <td>
                {account.displayName}
                {self ? <span className="soft"> {t('people.you')}</span> : null}
              </td>
              <td>{account.email}</td>
              <td>
                <Select
                  size="xs"
                  w={150}
                  allowDeselect={false}
                  aria-label={t('people.roleOf', { name: account.displayName })}
                  data={roles.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
                  value={account.role}
                  disabled={self || update.isPending}
                  onChange={(role) => {
                    if (role !== null && role !== account.role)
                      update.mutate({ account, change: { role: role as Role } });
                  }}
                />
              </td>
              <td className={table.nowrap}>
                {account.lastSignInAt === null ? t('apiKeys.never') : ago(account.lastSignInAt, now)}
              </td>
              <td>
                <Switch
                  aria-label={t('people.maySignInOf', { name: account.displayName })}
                  checked={!account.disabled}
                  disabled={self || update.isPending}
                  onChange={(event) => update.mutate({ account, change: { disabled: !event.currentTarget.checked } })}
                />
              </td>
            </tr>
          );
        }}
      />
      <ConsoleAccountDialog opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
};
