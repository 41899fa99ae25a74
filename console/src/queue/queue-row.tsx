import { IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReviewTask } from '#contracts/review.ts';
import { CategoryTags } from '../kit/category-tag.tsx';
import { ago, humanise } from '../kit/format.ts';
import classes from './queue-row.module.css';
import type { QueueFilter } from './review-queries.ts';

interface QueueRowProps {
  readonly task: ReviewTask;
  readonly selected: boolean;
  readonly filter: QueueFilter;
  readonly now: number;
}

/** One waiting task, without its content: how risky, of what kind, where, since when. */
export const QueueRow = ({ task, selected, filter, now }: QueueRowProps) => {
  const { t } = useTranslation();
  const priority = Math.round(task.priority);
  return (
    <li>
      <Link
        to="/queue/{-$taskId}"
        params={{ taskId: task.id }}
        search={filter}
        className={classes.row}
        data-row
        data-selected={selected || undefined}
        aria-current={selected ? 'true' : undefined}
        preload={false}
      >
        <span
          className={`${classes.priority} tabular`}
          style={{ '--level': task.priority / 100 } as CSSProperties}
          role="img"
          aria-label={t('queue.priority', { priority })}
        >
          {priority}
        </span>
        <span className={classes.body}>
          {task.categories.length === 0 ? (
            <span className={classes.plain}>{t(`buckets.${task.bucket}`)}</span>
          ) : (
            <CategoryTags categories={task.categories} limit={2} />
          )}
          <span className={classes.meta}>
            <span>{humanise(task.surface)}</span>
            {task.bucket === 'low_confidence' ? null : <span>{t(`buckets.${task.bucket}`)}</span>}
            <time dateTime={task.createdAt}>{ago(task.createdAt, now)}</time>
            {task.claim === null ? null : (
              <span className={classes.claim}>
                <IconUser size={13} stroke={2} aria-hidden /> {task.claim.displayName}
              </span>
            )}
          </span>
        </span>
      </Link>
    </li>
  );
};
