import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { ReviewDesk } from './review-desk.tsx';
import classes from './review-pane.module.css';
import { reviewTaskQuery } from './review-queries.ts';

/** Loads one task and puts it on the desk. */
export const ReviewPane = ({ taskId, onNext }: { taskId: string; onNext: () => void }) => {
  const { t } = useTranslation();
  const task = useQuery(reviewTaskQuery(taskId));
  if (task.data !== undefined) return <ReviewDesk task={task.data} onNext={onNext} />;
  return (
    <div className={classes.placeholder}>
      {task.error === null ? (
        <div role="status" aria-label={t('states.loading')}>
          <Skeleton height={22} width="45%" mb="lg" />
          <Skeleton height={150} radius="lg" mb="lg" />
          <Skeleton height={220} radius="lg" />
        </div>
      ) : (
        <>
          <ProblemNotice error={task.error} onRetry={() => void task.refetch()} />
          <Button variant="default" mt="md" onClick={onNext} rightSection={<Keys keys="n" />}>
            {t('queue.next')}
          </Button>
        </>
      )}
    </div>
  );
};
