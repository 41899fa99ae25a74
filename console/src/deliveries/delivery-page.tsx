import { Button } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { deliveryDetailSchema } from '#contracts/webhook.ts';
import { CopyText } from '../kit/copy-text.tsx';
import table from '../kit/data-table.module.css';
import { ago, dateTime, duration } from '../kit/format.ts';
import { LoadingPage } from '../kit/loading-page.tsx';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import classes from './deliveries.module.css';
import { deliveriesKey, deliveryQuery, replay, retryDelivery, webhooksQuery } from './delivery-queries.ts';
import { StateBadge } from './state-badge.tsx';

type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

const Attempts = ({ delivery }: { delivery: DeliveryDetail }) => {
  const { t } = useTranslation();
  return (
    <Panel title={t('deliveries.everyAttempt')} flush>
      {delivery.attemptLog.length === 0 ? (
        <p className={classes.hint} style={{ padding: '0 1.25rem 1rem' }}>
          {t('deliveries.noAttempt')}
        </p>
      ) : (
        <div className={table.scroll}>
          <table className={table.table} aria-label={t('deliveries.everyAttempt')}>
            <thead>
              <tr>
                <th scope="col" className={table.number}>
                  {t('deliveries.number')}
                </th>
                <th scope="col">{t('banks.when')}</th>
                <th scope="col">{t('deliveries.took')}</th>
                <th scope="col">{t('deliveries.answer')}</th>
              </tr>
            </thead>
            <tbody>
              {delivery.attemptLog.map((attempt) => (
                <tr key={attempt.number}>
                  <td className={table.number}>{attempt.number}</td>
                  <td className={table.nowrap}>{dateTime(attempt.at)}</td>
                  <td className={table.nowrap}>{duration(attempt.durationMs)}</td>
                  <td>
                    {attempt.status === null ? null : <b>{attempt.status}</b>}{' '}
                    {attempt.error === null ? null : <span className={classes.error}>{attempt.error}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
};

const Detail = ({ delivery }: { delivery: DeliveryDetail }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useNow(1_000);
  const mayManage = useMay('manageWebhooks');
  const { data: webhooks } = useQuery(webhooksQuery);
  const again = useMutation({
    // One that has arrived can only be sent once more as a replay.
    mutationFn: async () => {
      if (delivery.state === 'delivered') await replay(delivery.webhookId, { deliveryIds: [delivery.id] });
      else await retryDelivery(delivery.id);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: deliveriesKey }),
  });
  const webhook = webhooks?.find(({ id }) => id === delivery.webhookId);
  const json = JSON.stringify(delivery.event, null, 2);
  return (
    <Page
      title={
        <>
          {t('deliveries.one')} <StateBadge state={delivery.state} />
        </>
      }
      text={t('deliveries.oneText', { sequence: delivery.sequence })}
      actions={
        mayManage ? (
          <Button
            leftSection={<IconRepeat size={16} aria-hidden />}
            loading={again.isPending}
            onClick={() => again.mutate()}
          >
            {delivery.state === 'delivered' ? t('deliveries.sendAgain') : t('deliveries.retry')}
          </Button>
        ) : null
      }
    >
      {again.error === null ? null : <ProblemNotice error={again.error} />}
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel title={t('item.facts')}>
            <dl className={classes.facts}>
              <dt>{t('deliveries.webhook')}</dt>
              <dd>
                {webhook === undefined ? (
                  t('deliveries.webhookGone')
                ) : (
                  <Link to="/deliveries/webhooks/$webhookId" params={{ webhookId: webhook.id }}>
                    {webhook.name}
                  </Link>
                )}
              </dd>
              <dt>{t('deliveries.item')}</dt>
              <dd>
                <Link to="/items/$itemId" params={{ itemId: delivery.itemId }} className="mono">
                  {delivery.itemId}
                </Link>
              </dd>
              <dt>{t('deliveries.account')}</dt>
              <dd>{delivery.accountId}</dd>
              <dt>{t('deliveries.eventId')}</dt>
              <dd className="mono">{delivery.eventId}</dd>
              <dt>{t('deliveries.when')}</dt>
              <dd>{dateTime(delivery.createdAt)}</dd>
              {delivery.deliveredAt === null ? null : (
                <>
                  <dt>{t('deliveries.delivered')}</dt>
                  <dd>{dateTime(delivery.deliveredAt)}</dd>
                </>
              )}
              {delivery.nextAttemptAt === null || delivery.state === 'delivered' || delivery.state === 'dead' ? null : (
                <>
                  <dt>{t('deliveries.nextAttempt')}</dt>
                  <dd>{ago(delivery.nextAttemptAt, now)}</dd>
                </>
              )}
            </dl>
            {delivery.lastError === null || delivery.state === 'delivered' ? null : (
              <p className={classes.last}>
                <b>{delivery.lastStatus}</b> {delivery.lastError}
              </p>
            )}
          </Panel>
          <Attempts delivery={delivery} />
        </div>
        <Panel title={t('deliveries.event')} aside={<CopyText text={json} label={t('item.copyJson')} />}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre className={classes.json} tabIndex={0}>
            {json}
          </pre>
        </Panel>
      </div>
    </Page>
  );
};

/** One delivery: every try with what came back, and the event that was sent. */
export const DeliveryPage = () => {
  const { t } = useTranslation();
  const { deliveryId } = useParams({ from: '/shell/deliveries/log/$deliveryId' });
  const delivery = useQuery(deliveryQuery(deliveryId));
  if (delivery.data !== undefined) return <Detail delivery={delivery.data} />;
  return <LoadingPage title={t('deliveries.one')} query={delivery} />;
};
