import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { DomainListsView } from './domain-lists-view.tsx';
import { RulesView } from './rules-view.tsx';
import { TermListsView } from './term-lists-view.tsx';

/** What layer 1 looks for. */
export const ListsPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/lists/{-$tab}' });
  return (
    <Page title={t('nav.lists')} text={t('lists.text')}>
      <PageTabs
        current={tab}
        onChange={(id) => void navigate({ to: '/lists/{-$tab}', params: { tab: id }, replace: true })}
        tabs={[
          { id: 'terms', label: t('lists.tabs.terms'), view: <TermListsView /> },
          { id: 'domains', label: t('lists.tabs.domains'), view: <DomainListsView /> },
          { id: 'rules', label: t('lists.tabs.rules'), view: <RulesView /> },
        ]}
      />
    </Page>
  );
};
