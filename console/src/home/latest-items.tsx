import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { itemsQuery } from '../items/item-queries.ts';
import { CategoryTags } from '../kit/category-tag.tsx';
import { ago, humanise } from '../kit/format.ts';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './latest-items.module.css';

const shown = 12;

/** What came in last, without its content: this page may stand open in a room. */
export const LatestItems = () => {
  const { t } = useTranslation();
  const now = useNow(15_000);
  const items = useInfiniteQuery({ ...itemsQuery({}), refetchInterval: 20_000 });
  return (
    <Panel
      title={t('home.latest')}
      aside={
        <Button size="compact-sm" variant="subtle" renderRoot={(props) => <Link to="/items" {...props} />}>
          {t('home.allItems')}
        </Button>
      }
    >
      {items.isPending ? <Skeleton height={200} /> : null}
      {items.error === null ? null : <ProblemNotice error={items.error} compact />}
      <ul className={classes.list}>
        {items.data?.pages[0]?.entries.slice(0, shown).map((item) => (
          <li key={item.itemId}>
            <Link to="/items/$itemId" params={{ itemId: item.itemId }} className={classes.row}>
              <span>
                {item.outcome === null ? (
                  <span className="soft">{t('items.undecided')}</span>
                ) : (
                  <OutcomeBadge outcome={item.outcome} />
                )}
              </span>
              <span className={classes.what}>
                <span className={classes.surface}>{humanise(item.surface)}</span>
                <CategoryTags categories={item.categories} limit={3} />
              </span>
              <span className={classes.layer}>
                {item.layer === null
                  ? ''
                  : item.outcome === 'review'
                    ? t('home.forPerson')
                    : t('home.layer', { name: t(`layers.${item.layer as 1 | 2 | 3 | 4 | 5}`) })}
              </span>
              <time dateTime={item.createdAt}>{ago(item.createdAt, now)}</time>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
};
