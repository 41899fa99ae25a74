import { Badge, Button } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKey } from '#contracts/access.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago, count, date } from '../kit/format.ts';
import { QueryTable } from '../kit/query-table.tsx';
import { useNow } from '../kit/use-now.ts';
import { apiKeysQuery, revokeApiKey } from './access-queries.ts';
import { ApiKeyDialog } from './api-key-dialog.tsx';
import classes from './settings.module.css';

const stateOf = (key: ApiKey, now: number): 'active' | 'revoked' | 'expired' =>
  key.revokedAt !== null
    ? 'revoked'
    : key.expiresAt !== null && Date.parse(key.expiresAt) <= now
      ? 'expired'
      : 'active';

export const ApiKeys = () => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useNow(60_000);
  const keys = useQuery(apiKeysQuery);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = useMutation({
    mutationFn: revokeApiKey,
    onSuccess: async () => {
      setRevoking(null);
      await client.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  return (
    <div className={classes.wide}>
      <div className={classes.actions}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
          {t('apiKeys.create')}
        </Button>
      </div>
      <QueryTable
        query={keys}
        label={t('settings.tabs.keys')}
        empty={<EmptyState icon={IconKey} title={t('apiKeys.noneTitle')} text={t('apiKeys.noneText')} />}
        head={
          <>
            <th scope="col">{t('apiKeys.name')}</th>
            <th scope="col">{t('apiKeys.prefix')}</th>
            <th scope="col">{t('apiKeys.scopes')}</th>
            <th scope="col">{t('apiKeys.rate')}</th>
            <th scope="col">{t('apiKeys.lastUsed')}</th>
            <th scope="col">{t('apiKeys.state')}</th>
            <th scope="col">{t('actions')}</th>
          </>
        }
        row={(key) => {
          const state = stateOf(key, now);
          return (
            <tr key={key.id}>
              <td>{key.name}</td>
              <td className="mono">{key.prefix}…</td>
              <td>{key.scopes.join(', ')}</td>
              <td>{key.ratePerMinute === null ? t('apiKeys.unlimited') : count(key.ratePerMinute)}</td>
              <td className={table.nowrap}>
                {key.lastUsedAt === null ? t('apiKeys.never') : ago(key.lastUsedAt, now)}
              </td>
              <td className={table.nowrap}>
                <Badge variant="default" tt="none" fw={600}>
                  {t(`apiKeys.states.${state}`)}
                </Badge>{' '}
                {state === 'active' && key.expiresAt !== null ? (
                  <span className="soft">{t('apiKeys.until', { date: date(key.expiresAt) })}</span>
                ) : null}
              </td>
              <td>
                {state === 'active' ? (
                  <Button size="compact-sm" variant="subtle" color="coral" onClick={() => setRevoking(key)}>
                    {t('apiKeys.revoke')}
                  </Button>
                ) : null}
              </td>
            </tr>
          );
        }}
      />
      <ApiKeyDialog opened={creating} onClose={() => setCreating(false)} />
      <ConfirmDialog
        opened={revoking !== null}
        title={t('apiKeys.revokeTitle', { name: revoking?.name ?? '' })}
        text={t('apiKeys.revokeText')}
        confirm={t('apiKeys.revoke')}
        busy={revoke.isPending}
        error={revoke.error}
        onClose={() => setRevoking(null)}
        onConfirm={() => revoking !== null && revoke.mutate(revoking.id)}
      />
    </div>
  );
};
