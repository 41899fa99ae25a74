import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from '../kit/format.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import { QueueFilters } from './queue-filters.tsx';
import classes from './queue-list.module.css';
import { QueueRow } from './queue-row.tsx';
import { type QueueFilter, reviewTasksQuery } from './review-queries.ts';

const moveFocus = (list: HTMLElement | null, step: 1 | -1): void => {
  const rows = [...(list?.querySelectorAll<HTMLElement>('a[data-row]') ?? [])];
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  const from = current >= 0 ? current : rows.findIndex((row) => row.dataset.selected === 'true');
  const target = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
};

export const QueueList = ({ filter, selected }: { filter: QueueFilter; selected: string | undefined }) => {
  const { t } = useTranslation();
  const mayReview = useMay('review');
  const tasks = useInfiniteQuery({ ...reviewTasksQuery(filter), enabled: mayReview });
  const now = useNow(30_000);
  const list = useRef<HTMLDivElement>(null);
  const group = t('nav.queue');
  useShortcut({ keys: 'j', label: t('queue.down'), group, run: () => moveFocus(list.current, 1) });
  useShortcut({ keys: 'k', label: t('queue.up'), group, run: () => moveFocus(list.current, -1) });
  const rows = tasks.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <div className={classes.column}>
      <header className={classes.header}>
        <h1 className={classes.title}>
          {t('nav.queue')}
          {tasks.data === undefined ? null : (
            <span className={`${classes.count} tabular`}>
              {count(rows.length)}
              {tasks.hasNextPage ? '+' : ''}
            </span>
          )}
        </h1>
        <QueueFilters filter={filter} />
      </header>
      <div className={classes.scroll} ref={list}>
        {tasks.isPending && mayReview ? (
          <div className={classes.loading} role="status" aria-label={t('states.loading')}>
            {[0, 1, 2, 3, 4].map((row) => (
              <Skeleton key={row} height={62} radius="md" />
            ))}
          </div>
        ) : null}
        {tasks.error === null ? null : (
          <div className={classes.loading}>
            <ProblemNotice error={tasks.error} onRetry={() => void tasks.refetch()} compact />
          </div>
        )}
        {tasks.isSuccess && rows.length === 0 ? <p className={classes.none}>{t('queue.none')}</p> : null}
        <ul className={classes.list} aria-label={t('queue.list')}>
          {rows.map((task) => (
            <QueueRow key={task.id} task={task} selected={task.id === selected} filter={filter} now={now} />
          ))}
        </ul>
        {tasks.hasNextPage ? (
          <Button
            variant="subtle"
            fullWidth
            loading={tasks.isFetchingNextPage}
            onClick={() => void tasks.fetchNextPage()}
          >
            {t('more')}
          </Button>
        ) : null}
      </div>
    </div>
  );
};
