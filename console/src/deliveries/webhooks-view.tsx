import { Button } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago, count } from '../kit/format.ts';
import { QueryTable } from '../kit/query-table.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import classes from './deliveries.module.css';
import { webhooksQuery } from './delivery-queries.ts';
import { healthOf } from './health.ts';
import { HealthBadge } from './state-badge.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

const Count = ({ value, bad = false }: { value: number; bad?: boolean }) => (
  <td className={`${table.number} ${bad && value > 0 ? classes.bad : ''}`}>{count(value)}</td>
);

/** The webhooks and how each stands. */
export const WebhooksView = () => {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const webhooks = useQuery(webhooksQuery);
  const mayManage = useMay('manageWebhooks');
  const [creating, setCreating] = useState(false);
  const create = mayManage ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('webhooks.create')}
    </Button>
  ) : null;
  return (
    <div className={classes.stack}>
      {mayManage && webhooks.data?.length !== 0 ? <div className={classes.actions}>{create}</div> : null}
      <QueryTable
        query={webhooks}
        label={t('deliveries.tabs.webhooks')}
        empty={
          <EmptyState
            icon={IconWebhook}
            title={t('webhooks.noneTitle')}
            text={t('webhooks.noneText')}
            action={create}
          />
        }
        head={
          <>
            <th scope="col">{t('webhooks.name')}</th>
            <th scope="col">{t('webhooks.health')}</th>
            <th scope="col" className={table.number}>
              {t('webhooks.backlog')}
            </th>
            <th scope="col" className={table.number}>
              {t('webhooks.deadLetters')}
            </th>
            <th scope="col" className={table.number}>
              {t('webhooks.blocked')}
            </th>
            <th scope="col">{t('webhooks.lastDelivered')}</th>
            <th scope="col">{t('webhooks.lastFailure')}</th>
          </>
        }
        row={(webhook) => (
          <tr key={webhook.id}>
            <td>
              <Link to="/deliveries/webhooks/$webhookId" params={{ webhookId: webhook.id }}>
                {webhook.name}
              </Link>
              <span className={classes.url}>{webhook.url}</span>
            </td>
            <td>
              <HealthBadge health={healthOf(webhook)} />
            </td>
            <Count value={webhook.backlog} />
            <Count value={webhook.deadLetters} bad />
            <Count value={webhook.blockedAccounts} bad />
            <td className={table.nowrap}>
              {webhook.lastDeliveredAt === null ? t('banks.never') : ago(webhook.lastDeliveredAt, now)}
            </td>
            <td>
              {webhook.lastFailureAt === null ? (
                <span className="soft">{t('webhooks.noFailure')}</span>
              ) : (
                <>
                  {ago(webhook.lastFailureAt, now)}
                  <span className={`${classes.short} ${classes.error}`} title={webhook.lastFailure ?? undefined}>
                    {webhook.lastFailure}
                  </span>
                </>
              )}
            </td>
          </tr>
        )}
      />
      <WebhookDialog opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
};
