import { Select, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { reviewBuckets } from '#contracts/review.ts';
import { humanise } from '../kit/format.ts';
import classes from './queue-filters.module.css';
import { type QueueFilter, reviewSummaryQuery } from './review-queries.ts';

const withCount = (name: string, waiting: number | undefined): string =>
  waiting === undefined ? name : `${name} (${waiting})`;

/** Narrows the queue. The choice is in the address, so that it survives a reload and can be shared. */
export const QueueFilters = ({ filter }: { filter: QueueFilter }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useQuery(reviewSummaryQuery);
  const set = (change: Partial<QueueFilter>) =>
    void navigate({
      to: '/queue/{-$taskId}',
      params: (before) => before,
      search: { ...filter, ...change },
      replace: true,
    });
  const keys = (counts: Record<string, number> | undefined, chosen: string | undefined) => [
    ...new Set([...Object.keys(counts ?? {}), ...(chosen === undefined ? [] : [chosen])]),
  ];
  return (
    <div className={classes.filters}>
      <Select
        size="xs"
        clearable
        aria-label={t('queue.bucket')}
        placeholder={t('queue.anyBucket')}
        data={reviewBuckets.map((bucket) => ({
          value: bucket,
          label: withCount(t(`buckets.${bucket}`), data?.byBucket[bucket]),
        }))}
        value={filter.bucket ?? null}
        onChange={(bucket) => set({ bucket: bucket ?? undefined })}
        className={classes.wide}
      />
      <Select
        size="xs"
        clearable
        searchable
        aria-label={t('queue.category')}
        placeholder={t('queue.anyCategory')}
        data={keys(data?.byCategory, filter.category).map((category) => ({
          value: category,
          label: withCount(humanise(category), data?.byCategory[category]),
        }))}
        value={filter.category ?? null}
        onChange={(category) => set({ category: category ?? undefined })}
      />
      <Select
        size="xs"
        clearable
        aria-label={t('queue.surface')}
        placeholder={t('queue.anySurface')}
        data={keys(data?.bySurface, filter.surface).map((surface) => ({
          value: surface,
          label: withCount(humanise(surface), data?.bySurface[surface]),
        }))}
        value={filter.surface ?? null}
        onChange={(surface) => set({ surface: surface ?? undefined })}
      />
      <Switch
        size="xs"
        label={t('queue.mine')}
        checked={filter.mine ?? false}
        onChange={(event) => set({ mine: event.currentTarget.checked || undefined })}
        className={classes.wide}
      />
    </div>
  );
};
