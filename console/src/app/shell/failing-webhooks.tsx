import { VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { webhooksQuery } from '../../deliveries/delivery-queries.ts';
import { healthOf } from '../../deliveries/health.ts';
import { count } from '../../kit/format.ts';
import { useMay } from '../../session/use-session.ts';

const every = 60_000;

/** How many webhooks fail or have given deliveries up, beside the deliveries' name. */
export const FailingWebhooks = ({ className }: { className: string | undefined }) => {
  const { t } = useTranslation();
  const { data } = useQuery({
    ...webhooksQuery,
    enabled: useMay('readDeliveries'),
    refetchInterval: every,
    staleTime: every,
  });
  const failing = (data ?? []).filter((webhook) => ['dead', 'failing'].includes(healthOf(webhook))).length;
  if (failing === 0) return null;
  return (
    <span className={className} data-tone="bad">
      {count(failing)}
      <VisuallyHidden>{t('nav.failing')}</VisuallyHidden>
    </span>
  );
};
