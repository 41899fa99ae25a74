import { Link } from '@tanstack/react-router';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { ago, dateTime, humanise } from '../kit/format.ts';
import { useNow } from '../kit/use-now.ts';
import classes from './desk-header.module.css';
import { LeaseClock } from './lease-clock.tsx';

interface DeskHeaderProps {
  readonly ref: Ref<HTMLHeadingElement>;
  readonly task: ReviewTaskDetail;
  readonly held: boolean;
  readonly onExtend: () => Promise<void>;
}

/** Why this is here, where it was posted, and how long it is yours. */
export const DeskHeader = ({ ref, task, held, onExtend }: DeskHeaderProps) => {
  const { t } = useTranslation();
  const now = useNow(30_000);
  return (
    <header className={classes.header}>
      <div className={classes.heading}>
        <h2 className={classes.title} ref={ref} tabIndex={-1}>
          {task.categories.length === 0 ? t(`buckets.${task.bucket}`) : task.categories.map(humanise).join(', ')}
        </h2>
        {task.reason === task.decision.rationale ? null : <p className={classes.reason}>{task.reason}</p>}
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>{t('desk.priority')}</dt>
          <dd className="tabular">{Math.round(task.priority)}</dd>
        </div>
        <div>
          <dt>{t('desk.surface')}</dt>
          <dd>{humanise(task.surface)}</dd>
        </div>
        <div>
          <dt>{t('desk.waiting')}</dt>
          <dd>
            <time dateTime={task.createdAt} title={dateTime(task.createdAt)}>
              {ago(task.createdAt, now)}
            </time>
          </dd>
        </div>
        {held && task.claim !== null ? (
          <div>
            <dt>{t('desk.yours')}</dt>
            <dd>
              <LeaseClock expiresAt={task.claim.expiresAt} onExtend={onExtend} />
            </dd>
          </div>
        ) : null}
        <div>
          <dt>{t('desk.record')}</dt>
          <dd>
            <Link to="/items/$itemId" params={{ itemId: task.itemId }}>
              {t('desk.openItem')}
            </Link>
          </dd>
        </div>
      </dl>
    </header>
  );
};
