import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { reviewBuckets, type reviewSummarySchema } from '#contracts/review.ts';
import { ago, count, humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './queue-summary.module.css';

type Summary = z.infer<typeof reviewSummarySchema>;

/** The queue in numbers: what waits, since when, of what kind. */
export const QueueSummary = ({ summary }: { summary: Summary }) => {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const categories = Object.entries(summary.byCategory).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...categories.map(([, waiting]) => waiting));
  return (
    <Panel title={t('home.queue')}>
      <dl className={classes.numbers}>
        <div>
          <dd className={classes.large}>{count(summary.open)}</dd>
          <dt>{t('home.open')}</dt>
        </div>
        <div>
          <dd>{count(summary.claimed)}</dd>
          <dt>{t('home.claimed')}</dt>
        </div>
        <div>
          <dd>{count(summary.decidedToday)}</dd>
          <dt>{t('home.decidedToday')}</dt>
        </div>
        <div>
          <dd>{summary.oldestOpenAt === null ? '–' : ago(summary.oldestOpenAt, now)}</dd>
          <dt>{t('home.oldest')}</dt>
        </div>
      </dl>
      <ul className={classes.buckets}>
        {reviewBuckets
          .filter((bucket) => (summary.byBucket[bucket] ?? 0) > 0)
          .map((bucket) => (
            <li key={bucket}>
              <Link to="/queue/{-$taskId}" params={{ taskId: undefined }} search={{ bucket }}>
                {t(`buckets.${bucket}`)}
              </Link>
              <span className="tabular">{count(summary.byBucket[bucket] ?? 0)}</span>
            </li>
          ))}
      </ul>
      {categories.length === 0 ? null : (
        <ul className={classes.categories} aria-label={t('home.byCategory')}>
          {categories.slice(0, 8).map(([category, waiting]) => (
            <li key={category} style={{ '--share': waiting / most } as CSSProperties}>
              <Link to="/queue/{-$taskId}" params={{ taskId: undefined }} search={{ category }}>
                {humanise(category)}
              </Link>
              <span className="tabular">{count(waiting)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
};
