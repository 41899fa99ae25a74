import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAnchor, IconLifebuoy, IconLock } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyInstallation } from '../demo/empty-installation.tsx';
import { EmptyState } from '../kit/empty-state.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import { useMay } from '../session/use-session.ts';
import { systemQuery } from '../settings/system-query.ts';
import { QueueList } from './queue-list.tsx';
import classes from './queue-page.module.css';
import { takeNext } from './review-commands.ts';
import { ReviewPane } from './review-pane.tsx';
import { reviewSummaryQuery, reviewTaskQuery } from './review-queries.ts';

const Resting = ({
  open,
  onNext,
  taking,
  mayReview,
}: {
  open: number;
  onNext: () => void;
  taking: boolean;
  mayReview: boolean;
}) => {
  const { t } = useTranslation();
  const { data: system } = useQuery(systemQuery);
  if (system?.items === 0) return <EmptyInstallation />;
  if (!mayReview) return <EmptyState icon={IconLock} title={t('queue.closedTitle')} text={t('queue.closedText')} />;
  if (open > 0) {
    return (
      <EmptyState
        icon={IconLifebuoy}
        title={t('queue.readyTitle')}
        text={t('queue.readyText')}
        action={
          <Button onClick={onNext} loading={taking} rightSection={<Keys keys="n" />}>
            {t('queue.next')}
          </Button>
        }
      />
    );
  }
  return <EmptyState icon={IconAnchor} title={t('queue.emptyTitle')} text={t('queue.emptyText')} />;
};

/** The queue on the left, the task at hand on the right. */
export const QueuePage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { taskId } = useParams({ from: '/shell/queue/{-$taskId}' });
  const filter = useSearch({ from: '/shell/queue/{-$taskId}' });
  const mayReview = useMay('review');
  const { data: summary } = useQuery(reviewSummaryQuery);
  const next = useMutation({
    mutationFn: () => takeNext(filter),
    onSuccess: async (task) => {
      if (task === null) {
        if (taskId === undefined) notifications.show({ message: t('queue.nothingWaits') });
        await navigate({ to: '/queue/{-$taskId}', params: { taskId: undefined }, search: filter });
      } else {
        client.setQueryData(reviewTaskQuery(task.id).queryKey, task);
        await navigate({ to: '/queue/{-$taskId}', params: { taskId: task.id }, search: filter });
      }
      await client.invalidateQueries({ queryKey: ['review', 'tasks'] });
      await client.invalidateQueries({ queryKey: reviewSummaryQuery.queryKey });
    },
    onError: (error) => notifications.show({ color: 'coral', title: t('queue.nextFailed'), message: error.message }),
  });
  const takeAnother = () => {
    if (!next.isPending) next.mutate();
  };
  useShortcut({ keys: 'n', label: t('queue.next'), group: t('nav.queue'), active: mayReview, run: takeAnother });
  return (
    <div className={classes.split}>
      <QueueList filter={filter} selected={taskId} />
      <section className={classes.pane} aria-label={t('queue.pane')}>
        {taskId === undefined ? (
          <div className={classes.rest}>
            <Resting open={summary?.open ?? 0} onNext={takeAnother} taking={next.isPending} mayReview={mayReview} />
          </div>
        ) : (
          <ReviewPane key={taskId} taskId={taskId} onNext={takeAnother} />
        )}
      </section>
    </div>
  );
};
