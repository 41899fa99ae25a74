import { Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemDetail } from '#contracts/items-api.ts';
import { CopyText } from '../kit/copy-text.tsx';
import { humanise } from '../kit/format.ts';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { PicturePanel } from '../kit/picture/picture-panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { DecisionChain } from './decision-chain.tsx';
import { DecisionView } from './decision-view.tsx';
import { ItemContentView } from './item-content-view.tsx';
import { ItemFacts } from './item-facts.tsx';
import classes from './item-page.module.css';
import { itemQuery } from './item-queries.ts';

const Record = ({ item }: { item: ItemDetail }) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string | null>(null);
  const decision = item.decisions.find((candidate) => candidate.id === chosen) ?? item.decisions[0];
  return (
    <div className={classes.columns} data-pictures={item.media.length > 0 || undefined}>
      <div className={classes.column}>
        <ItemContentView item={item} decision={decision} />
        {item.media.length === 0 ? null : (
          <PicturePanel media={item.media} trace={decision?.itemVersion === item.version ? decision.trace : []} />
        )}
        <Panel title={t('item.chain')}>
          <DecisionChain decisions={item.decisions} chosen={decision?.id} onChoose={setChosen} />
        </Panel>
        <ItemFacts item={item} />
      </div>
      <div className={classes.column}>
        {decision === undefined ? (
          <Panel>
            <p className={classes.pending}>{t('item.undecided')}</p>
          </Panel>
        ) : (
          <DecisionView decision={decision} />
        )}
      </div>
    </div>
  );
};

/** One item with everything that was ever decided about it, and why. */
export const ItemPage = () => {
  const { t } = useTranslation();
  const { itemId } = useParams({ from: '/shell/items/$itemId' });
  const item = useQuery(itemQuery(itemId));
  if (item.data === undefined) {
    return (
      <Page title={t('item.title')}>
        {item.error === null ? (
          <div role="status" aria-label={t('states.loading')}>
            <Skeleton height={160} radius="lg" mb="md" />
            <Skeleton height={320} radius="lg" />
          </div>
        ) : (
          <ProblemNotice error={item.error} onRetry={() => void item.refetch()} />
        )}
      </Page>
    );
  }
  const { data } = item;
  return (
    <Page
      title={
        <span className={classes.title}>
          {t('item.titleOn', { surface: humanise(data.surface) })}
          {data.outcome === null ? null : <OutcomeBadge outcome={data.outcome} size="lg" />}
        </span>
      }
      text={t('item.shown', { display: t(`displays.${data.display}`) })}
      actions={<CopyText text={data.itemId} label={t('item.copyId')} />}
    >
      <Tabs defaultValue="record">
        <Tabs.List mb="lg">
          <Tabs.Tab value="record">{t('item.record')}</Tabs.Tab>
          <Tabs.Tab value="json">{t('item.json')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="record">
          <Record item={data} />
        </Tabs.Panel>
        <Tabs.Panel value="json">
          <Panel
            title={t('item.json')}
            aside={<CopyText text={JSON.stringify(data, null, 2)} label={t('item.copyJson')} />}
          >
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
            <pre className={classes.json} tabIndex={0}>
              {JSON.stringify(data, null, 2)}
            </pre>
          </Panel>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
};
