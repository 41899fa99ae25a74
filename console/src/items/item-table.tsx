import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ItemSummary } from '#contracts/items-api.ts';
import { CategoryTags } from '../kit/category-tag.tsx';
import table from '../kit/data-table.module.css';
import { ago, dateTime, humanise } from '../kit/format.ts';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './item-table.module.css';

export const ItemTable = ({ items }: { items: readonly ItemSummary[] }) => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label={t('nav.items')}>
        <thead>
          <tr>
            <th scope="col">{t('items.column.outcome')}</th>
            <th scope="col">{t('items.column.excerpt')}</th>
            <th scope="col">{t('items.column.categories')}</th>
            <th scope="col">{t('items.column.account')}</th>
            <th scope="col">{t('items.column.surface')}</th>
            <th scope="col">{t('items.column.layer')}</th>
            <th scope="col">{t('items.column.when')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.itemId}>
              <td>
                {item.outcome === null ? (
                  <span className="soft">{t('items.undecided')}</span>
                ) : (
                  <OutcomeBadge outcome={item.outcome} />
                )}
              </td>
              <td className={table.wide}>
                <Link
                  to="/items/$itemId"
                  params={{ itemId: item.itemId }}
                  className={classes.excerpt}
                  data-deleted={item.deletedAt !== null || undefined}
                  dir="auto"
                >
                  {item.deletedAt === null ? item.excerpt || t('items.noText') : t('items.deleted')}
                </Link>
              </td>
              <td>
                <CategoryTags categories={item.categories} limit={2} />
              </td>
              <td>
                <span className={classes.account}>{item.accountId}</span>
              </td>
              <td className={table.nowrap}>{humanise(item.surface)}</td>
              <td>{item.layer === null ? '–' : item.layer === 5 ? t('items.person') : item.layer}</td>
              <td className={table.nowrap}>
                <time dateTime={item.createdAt} title={dateTime(item.createdAt)}>
                  {ago(item.createdAt, now)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
