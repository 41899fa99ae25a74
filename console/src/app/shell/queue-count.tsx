import { VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { count } from '../../kit/format.ts';
import { reviewSummaryQuery } from '../../queue/review-queries.ts';
import { useMay } from '../../session/use-session.ts';

/** How many items wait for a person, beside the queue's name. */
export const QueueCount = ({ className }: { className: string | undefined }) => {
  const { t } = useTranslation();
  const { data } = useQuery({ ...reviewSummaryQuery, enabled: useMay('review') });
  if (data === undefined || data.open === 0) return null;
  return (
    <span className={className}>
      {data.open > 999 ? '999+' : count(data.open)}
      <VisuallyHidden>{t('nav.waiting')}</VisuallyHidden>
    </span>
  );
};
