import { Badge, Button } from '@mantine/core';
import {
  IconEdit,
  IconKey,
  IconPlayerPause,
  IconPlayerPlay,
  IconRepeat,
  IconSend,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '#contracts/webhook.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { ago, count, dateTime, duration } from '../kit/format.ts';
import { LoadingPage } from '../kit/loading-page.tsx';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import classes from './deliveries.module.css';
import { deliveriesKey, removeWebhook, testWebhook, updateWebhook, webhookQuery } from './delivery-queries.ts';
import { DeliveryTable } from './delivery-table.tsx';
import { healthOf } from './health.ts';
import { ReplayDialog } from './replay-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { HealthBadge } from './state-badge.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

const Health = ({ webhook }: { webhook: Webhook }) => {
  const { t } = useTranslation();
  const now = useNow(5_000);
  const facts: readonly (readonly [string, string])[] = [
    [t('webhooks.backlog'), count(webhook.backlog)],
    [t('webhooks.deadLetters'), count(webhook.deadLetters)],
    [t('webhooks.blocked'), count(webhook.blockedAccounts)],
    [
      t('webhooks.lastDelivered'),
      webhook.lastDeliveredAt === null ? t('banks.never') : ago(webhook.lastDeliveredAt, now),
    ],
  ];
  return (
    <Panel title={t('webhooks.health')} aside={<HealthBadge health={healthOf(webhook)} />}>
      <dl className={classes.counts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {webhook.lastFailureAt === null ? null : (
        <p className={classes.last}>
          <b>{t('webhooks.lastFailed', { when: ago(webhook.lastFailureAt, now) })}</b> {webhook.lastFailure}
        </p>
      )}
      {webhook.blockedAccounts > 0 ? <p className={classes.hint}>{t('webhooks.blockedHint')}</p> : null}
    </Panel>
  );
};

const Secrets = ({ webhook }: { webhook: Webhook }) => {
  const { t } = useTranslation();
  return (
    <Panel title={t('webhooks.secrets')}>
      <dl className={classes.facts}>
        {webhook.secrets.map((secret) => (
          <div key={secret.prefix + secret.createdAt} style={{ display: 'contents' }}>
            <dt className="mono">{secret.prefix}…</dt>
            <dd>
              {t('webhooks.secretSince', { date: dateTime(secret.createdAt) })}{' '}
              {secret.expiresAt === null ? null : (
                <Badge variant="default" tt="none" fw={600}>
                  {t('webhooks.secretUntil', { date: dateTime(secret.expiresAt) })}
                </Badge>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
};

const Detail = ({ webhook }: { webhook: Webhook }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayManage = useMay('manageWebhooks');
  const [open, setOpen] = useState<'edit' | 'rotate' | 'replay' | 'remove' | null>(null);
  const close = () => setOpen(null);
  const refresh = () => client.invalidateQueries({ queryKey: deliveriesKey });
  const toggle = useMutation({
    mutationFn: () => updateWebhook(webhook.id, { enabled: !webhook.enabled }),
    onSuccess: refresh,
  });
  const test = useMutation({ mutationFn: () => testWebhook(webhook.id), onSettled: refresh });
  const remove = useMutation({
    mutationFn: () => removeWebhook(webhook.id),
    onSuccess: async () => {
      await navigate({ to: '/deliveries/{-$tab}', params: {}, search: {} });
      client.removeQueries({ queryKey: webhookQuery(webhook.id).queryKey });
      await refresh();
    },
  });
  const attempt = test.data;
  const reached = attempt !== undefined && attempt.error === null;
  return (
    <Page
      title={webhook.name}
      text={webhook.url}
      actions={
        mayManage ? (
          <>
            <Button
              leftSection={<IconSend size={16} aria-hidden />}
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              {t('webhooks.test')}
            </Button>
            <Button
              variant="default"
              leftSection={
                webhook.enabled ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />
              }
              loading={toggle.isPending}
              onClick={() => toggle.mutate()}
            >
              {webhook.enabled ? t('webhooks.pause') : t('webhooks.resume')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconRepeat size={16} aria-hidden />}
              onClick={() => setOpen('replay')}
            >
              {t('webhooks.replay')}
            </Button>
            <Button variant="default" leftSection={<IconKey size={16} aria-hidden />} onClick={() => setOpen('rotate')}>
              {t('webhooks.rotate')}
            </Button>
            <Button variant="default" leftSection={<IconEdit size={16} aria-hidden />} onClick={() => setOpen('edit')}>
              {t('webhooks.edit')}
            </Button>
            <Button
              variant="subtle"
              color="coral"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => setOpen('remove')}
            >
              {t('webhooks.delete')}
            </Button>
          </>
        ) : null
      }
    >
      <div aria-live="polite">
        {test.error === null ? null : <ProblemNotice error={test.error} />}
        {toggle.error === null ? null : <ProblemNotice error={toggle.error} />}
        {attempt === undefined ? null : (
          <p className={classes.result} data-ok={reached}>
            <b>{reached ? t('webhooks.testOk') : t('webhooks.testFailed')}</b>{' '}
            {attempt.status === null
              ? t('webhooks.noAnswer', { time: duration(attempt.durationMs) })
              : t('webhooks.answered', { status: attempt.status, time: duration(attempt.durationMs) })}{' '}
            {attempt.error === null ? null : `${attempt.error}.`}
          </p>
        )}
      </div>
      <div className={classes.columns}>
        <Health webhook={webhook} />
        <Secrets webhook={webhook} />
      </div>
      <div className={classes.stack}>
        <div className={classes.actions}>
          <Link
            to="/deliveries/{-$tab}"
            params={{ tab: 'log' }}
            search={{ webhookId: webhook.id }}
            className={classes.link}
          >
            {t('webhooks.wholeLog')}
          </Link>
        </div>
        <DeliveryTable filter={{ webhookId: webhook.id }} />
      </div>
      <WebhookDialog key={`${webhook.name}${webhook.url}`} webhook={webhook} opened={open === 'edit'} onClose={close} />
      <RotateDialog webhook={webhook} opened={open === 'rotate'} onClose={close} />
      <ReplayDialog webhook={webhook} opened={open === 'replay'} onClose={close} />
      <ConfirmDialog
        opened={open === 'remove'}
        title={t('webhooks.deleteTitle', { name: webhook.name })}
        text={t('webhooks.deleteText')}
        confirm={t('webhooks.delete')}
        busy={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate()}
      />
    </Page>
  );
};

/** One webhook: how it stands, its secrets, and what was sent. */
export const WebhookPage = () => {
  const { t } = useTranslation();
  const { webhookId } = useParams({ from: '/shell/deliveries/webhooks/$webhookId' });
  const webhook = useQuery(webhookQuery(webhookId));
  if (webhook.data !== undefined) return <Detail webhook={webhook.data} />;
  return <LoadingPage title={t('nav.deliveries')} query={webhook} />;
};
