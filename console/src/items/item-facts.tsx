import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ItemDetail } from '#contracts/items-api.ts';
import { count, dateTime, humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import classes from './item-facts.module.css';

/** What came with the item: who, where, reach, and the platform's own fields. */
export const ItemFacts = ({ item }: { item: ItemDetail }) => {
  const { t } = useTranslation();
  const content = item.content;
  const facts: [string, string][] = [
    [t('item.submitted'), dateTime(item.createdAt)],
    ...(item.externalId === null ? [] : [[t('item.externalId'), item.externalId] as [string, string]]),
    ...(content?.locale === undefined ? [] : [[t('item.locale'), content.locale] as [string, string]]),
    ...(content?.reach?.followers === undefined
      ? []
      : [[t('item.followers'), count(content.reach.followers)] as [string, string]]),
    ...(content?.reach?.views === undefined ? [] : [[t('item.views'), count(content.reach.views)] as [string, string]]),
    ...Object.entries(content?.metadata ?? {}).map(([name, value]): [string, string] => [
      humanise(name),
      String(value),
    ]),
    ...(item.deletedAt === null ? [] : [[t('item.deletedAt'), dateTime(item.deletedAt)] as [string, string]]),
  ];
  return (
    <Panel title={t('item.facts')}>
      <dl className={classes.facts}>
        <div>
          <dt>{t('item.account')}</dt>
          <dd>
            <Link to="/items" search={{ accountId: item.accountId }}>
              {item.accountId}
            </Link>
          </dd>
        </div>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('item.id')}</dt>
          <dd className="mono">{item.itemId}</dd>
        </div>
      </dl>
    </Panel>
  );
};
