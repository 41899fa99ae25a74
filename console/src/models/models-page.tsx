import { IconCpu } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/empty-state.tsx';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { Panel } from '../kit/panel.tsx';
import { useMay } from '../session/use-session.ts';
import { DecisionsReportView } from './decisions-report.tsx';
import { ModelsOverview } from './models-overview.tsx';

/** The local models, and how they did on what people here decided. */
export const ModelsPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/models/{-$tab}' });
  if (!useMay('readModels')) {
    return (
      <Page title={t('nav.models')}>
        <Panel>
          <EmptyState icon={IconCpu} title={t('models.closedTitle')} text={t('models.closedText')} />
        </Panel>
      </Page>
    );
  }
  const tabs = [
    { id: 'installed', view: <ModelsOverview /> },
    { id: 'decisions', view: <DecisionsReportView /> },
  ] as const;
  return (
    <Page title={t('nav.models')} text={t('models.text')}>
      <PageTabs
        current={tab}
        onChange={(id) => void navigate({ to: '/models/{-$tab}', params: { tab: id }, search: {}, replace: true })}
        tabs={tabs.map(({ id, view }) => ({ id, label: t(`models.tabs.${id}`), view }))}
      />
    </Page>
  );
};
