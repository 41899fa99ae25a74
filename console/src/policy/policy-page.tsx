import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PolicyVersion } from '#contracts/policies-api.ts';
import { LoadingPage } from '../kit/loading-page.tsx';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { CategoriesEditor } from './categories-editor.tsx';
import { DraftBar } from './draft-bar.tsx';
import { GeneralEditor } from './general-editor.tsx';
import { OverridesEditor } from './overrides-editor.tsx';
import { PolicyMenu } from './policy-menu.tsx';
import { activePolicyQuery } from './policy-queries.ts';
import { SourceEditor } from './source-editor.tsx';
import { useDraftCheck, usePolicyEditing } from './use-policy.ts';
import { VersionsView } from './versions-view.tsx';

const tabs = ['categories', 'overrides', 'general', 'source', 'versions'] as const;
type Tab = (typeof tabs)[number];

const Editor = ({ active }: { active: PolicyVersion }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/policy/{-$tab}' });
  const editing = usePolicyEditing(active);
  const check = useDraftCheck(editing.draft);
  const views: Record<Tab, ReactNode> = {
    categories: <CategoriesEditor editing={editing} errors={check.data?.errors ?? []} />,
    overrides: <OverridesEditor editing={editing} />,
    general: <GeneralEditor editing={editing} />,
    source: <SourceEditor editing={editing} errors={editing.draft === null ? [] : (check.data?.errors ?? [])} />,
    versions: <VersionsView editing={editing} />,
  };
  return (
    <Page
      title={t('nav.policy')}
      text={t('policy.activeText', { name: active.document.name, version: active.version })}
      actions={<PolicyMenu editing={editing} />}
    >
      <DraftBar editing={editing} check={check} />
      <PageTabs
        current={tab}
        onChange={(id) => void navigate({ to: '/policy/{-$tab}', params: { tab: id }, replace: true })}
        tabs={tabs.map((id) => ({ id, label: t(`policy.tabs.${id}`), view: views[id] }))}
      />
    </Page>
  );
};

export const PolicyPage = () => {
  const { t } = useTranslation();
  const active = useQuery(activePolicyQuery);
  if (active.data !== undefined) return <Editor active={active.data} />;
  return <LoadingPage title={t('nav.policy')} query={active} />;
};
