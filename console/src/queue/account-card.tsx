import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { ago, count, humanise } from '../kit/format.ts';
import { isOutcome, OutcomeBadge } from '../kit/outcome-badge.tsx';
import { Panel } from '../kit/panel.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './account-card.module.css';

/** Who posted it, as far as Tidegate knows them. */
export const AccountCard = ({ account }: { account: ReviewTaskDetail['account'] }) => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  return (
    <Panel title={t('account.title')} aside={<span className={classes.tier}>{t(`tiers.${account.tier}`)}</span>}>
      <p className={classes.name}>
        <Link to="/items" search={{ accountId: account.id }}>
          {account.id}
        </Link>
      </p>
      <p className={classes.line}>
        {t('account.numbers', { items: count(account.items), removed: count(account.removed) })}
        {account.firstSeenAt === null ? '' : ` ${t('account.since', { when: ago(account.firstSeenAt, now) })}`}
      </p>
      {account.recent.length === 0 ? null : (
        <ul className={classes.recent} aria-label={t('account.recent')}>
          {account.recent.slice(0, 5).map((item) => (
            <li key={item.itemId + item.at}>
              <Link to="/items/$itemId" params={{ itemId: item.itemId }} className={classes.item}>
                {isOutcome(item.outcome) ? <OutcomeBadge outcome={item.outcome} /> : humanise(item.outcome)}
                <span className={classes.categories}>{item.categories.map(humanise).join(', ')}</span>
                <time dateTime={item.at}>{ago(item.at, now)}</time>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
};
