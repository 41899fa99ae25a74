import { IconMailOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago, dateTime } from '../kit/format.ts';
import { PagedTable } from '../kit/paged-table.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './deliveries.module.css';
import { type DeliveryFilter, deliveryLogQuery } from './delivery-queries.ts';
import { StateBadge } from './state-badge.tsx';

interface DeliveryTableProps {
  readonly filter: DeliveryFilter;
  /** Names of the webhooks by id, where deliveries of several are shown. */
  readonly names?: ReadonlyMap<string, string>;
}

/** Deliveries, newest event first, with what came back last. */
export const DeliveryTable = ({ filter, names }: DeliveryTableProps) => {
  const { t } = useTranslation();
  const now = useNow(5_000);
  const deliveries = useInfiniteQuery(deliveryLogQuery(filter));
  return (
    <PagedTable
      query={deliveries}
      label={t('deliveries.tabs.log')}
      empty={<EmptyState icon={IconMailOff} title={t('deliveries.noneTitle')} text={t('deliveries.noneText')} />}
      head={
        <>
          <th scope="col">{t('deliveries.when')}</th>
          <th scope="col">{t('deliveries.state')}</th>
          {names === undefined ? null : <th scope="col">{t('deliveries.webhook')}</th>}
          <th scope="col">{t('deliveries.item')}</th>
          <th scope="col">{t('deliveries.account')}</th>
          <th scope="col" className={table.number}>
            {t('deliveries.attempts')}
          </th>
          <th scope="col">{t('deliveries.lastAnswer')}</th>
        </>
      }
      row={(delivery) => (
        <tr key={delivery.id}>
          <td className={table.nowrap}>
            <Link to="/deliveries/log/$deliveryId" params={{ deliveryId: delivery.id }}>
              <time dateTime={delivery.createdAt} title={dateTime(delivery.createdAt)}>
                {ago(delivery.createdAt, now)}
              </time>
            </Link>
          </td>
          <td>
            <StateBadge state={delivery.state} />
          </td>
          {names === undefined ? null : <td>{names.get(delivery.webhookId) ?? t('deliveries.webhookGone')}</td>}
          <td className={table.nowrap}>
            <span className="mono">{delivery.itemId.slice(0, 8)}…</span>{' '}
            <span className="soft">{t('deliveries.sequence', { sequence: delivery.sequence })}</span>
          </td>
          <td>
            <span className={classes.short}>{delivery.accountId}</span>
          </td>
          <td className={table.number}>{delivery.attempts}</td>
          <td>
            {delivery.lastError === null ? (
              (delivery.lastStatus ?? '–')
            ) : (
              <span className={`${classes.short} ${classes.error}`} title={delivery.lastError}>
                {delivery.lastStatus === null ? '' : `${delivery.lastStatus} · `}
                {delivery.lastError}
              </span>
            )}
            {delivery.state === 'retrying' && delivery.nextAttemptAt !== null ? (
              <span className="soft">{t('deliveries.next', { when: ago(delivery.nextAttemptAt, now) })}</span>
            ) : null}
          </td>
        </tr>
      )}
    />
  );
};
