import { Tabs } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../kit/page.tsx';
import { DomainListsView } from './domain-lists-view.tsx';
import { RulesView } from './rules-view.tsx';
import { TermListsView } from './term-lists-view.tsx';

const tabs = ['terms', 'domains', 'rules'] as const;

/** What layer 1 looks for. */
export const ListsPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/lists/{-$tab}' });
  const current = tabs.find((candidate) => candidate === tab) ?? 'terms';
  const views = { terms: <TermListsView />, domains: <DomainListsView />, rules: <RulesView /> };
  return (
    <Page title={t('nav.lists')} text={t('lists.text')}>
      <Tabs
        value={current}
        onChange={(value) =>
          void navigate({ to: '/lists/{-$tab}', params: { tab: value ?? undefined }, replace: true })
        }
      >
        <Tabs.List mb="lg">
          {tabs.map((id) => (
            <Tabs.Tab key={id} value={id}>
              {t(`lists.tabs.${id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((id) => (
          <Tabs.Panel key={id} value={id}>
            {views[id]}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
};
