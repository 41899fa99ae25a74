import { IconWebhook } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/empty-state.tsx';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { Panel } from '../kit/panel.tsx';
import { useMay } from '../session/use-session.ts';
import { DeliveryLog } from './delivery-log.tsx';
import { WebhooksView } from './webhooks-view.tsx';

/** How decisions reach the platform: the webhooks, and every delivery. */
export const DeliveriesPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/deliveries/{-$tab}' });
  const mayRead = useMay('readDeliveries');
  if (!mayRead) {
    return (
      <Page title={t('nav.deliveries')}>
        <Panel>
          <EmptyState icon={IconWebhook} title={t('deliveries.closedTitle')} text={t('deliveries.closedText')} />
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={t('nav.deliveries')} text={t('deliveries.text')}>
      <PageTabs
        current={tab}
        onChange={(id) => void navigate({ to: '/deliveries/{-$tab}', params: { tab: id }, search: {}, replace: true })}
        tabs={[
          { id: 'webhooks', label: t('deliveries.tabs.webhooks'), view: <WebhooksView /> },
          { id: 'log', label: t('deliveries.tabs.log'), view: <DeliveryLog /> },
        ]}
      />
    </Page>
  );
};
