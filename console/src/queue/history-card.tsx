import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { ago, humanise } from '../kit/format.ts';
import { isOutcome, OutcomeBadge } from '../kit/outcome-badge.tsx';
import { Panel } from '../kit/panel.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './history-card.module.css';

/** How this item, and others like it, were decided before. */
export const HistoryCard = ({ task }: { task: ReviewTaskDetail }) => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const earlier = task.history.filter((decision) => decision.id !== task.decisionId);
  if (earlier.length === 0 && task.similar.length === 0) return null;
  return (
    <Panel title={t('desk.earlier')}>
      {earlier.length === 0 ? null : (
        <ul className={classes.list}>
          {earlier.map((decision) => (
            <li key={decision.id} className={classes.entry}>
              <OutcomeBadge outcome={decision.outcome} />
              <span>
                {decision.decidedBy.kind === 'machine'
                  ? t('desk.byMachine', { layer: decision.layer })
                  : (decision.decidedBy.displayName ?? t('desk.byPerson'))}
              </span>
              <time dateTime={decision.decidedAt}>{ago(decision.decidedAt, now)}</time>
            </li>
          ))}
        </ul>
      )}
      {task.similar.length === 0 ? null : (
        <>
          <h3 className={classes.heading}>{t('desk.similar')}</h3>
          <ul className={classes.list}>
            {task.similar.map((similar) => (
              <li key={similar.itemId + similar.at} className={classes.entry}>
                {isOutcome(similar.outcome) ? <OutcomeBadge outcome={similar.outcome} /> : humanise(similar.outcome)}
                <Link to="/items/$itemId" params={{ itemId: similar.itemId }}>
                  {humanise(similar.decidedBy)}
                </Link>
                <time dateTime={similar.at}>{ago(similar.at, now)}</time>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
};
