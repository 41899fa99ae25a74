import { Skeleton } from '@mantine/core';
import { IconChartLine, IconCpu } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Model } from '#contracts/models.ts';
import { EmptyState } from '../kit/empty-state.tsx';
import { LoadingPage } from '../kit/loading-page.tsx';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { KnownLimits, ModelCard } from './model-card.tsx';
import { modelReportQuery, modelsQuery } from './model-queries.ts';
import classes from './models.module.css';
import { ReportView } from './report-view.tsx';

const MeasuredReport = ({ model }: { model: Model }) => {
  const report = useQuery(modelReportQuery(model.id));
  if (report.error !== null) return <ProblemNotice error={report.error} onRetry={() => void report.refetch()} />;
  if (report.data === undefined) return <Skeleton height={420} radius="lg" />;
  return (
    <div className={classes.stack}>
      <ReportView report={report.data} anyBaseRate />
      <KnownLimits limits={model.limits} />
    </div>
  );
};

const NotMeasured = ({ model }: { model: Model }) => {
  const { t } = useTranslation();
  return (
    <div className={classes.stack}>
      <Panel>
        <EmptyState icon={IconChartLine} title={t('models.notMeasuredTitle')} text={t('models.notMeasuredText')} />
      </Panel>
      <KnownLimits limits={model.limits} />
    </div>
  );
};

const Detail = ({ model }: { model: Model }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/models/model/$modelId/{-$tab}' });
  const tabs = [
    { id: 'report', view: model.hasReport ? <MeasuredReport model={model} /> : <NotMeasured model={model} /> },
    { id: 'card', view: <ModelCard model={model} /> },
  ] as const;
  return (
    <Page
      title={
        <>
          {model.title} <span className={classes.versionTag}>{model.version}</span>
        </>
      }
      text={model.summary}
    >
      <PageTabs
        current={tab}
        onChange={(id) =>
          void navigate({ to: '/models/model/$modelId/{-$tab}', params: { modelId: model.id, tab: id }, replace: true })
        }
        tabs={tabs.map(({ id, view }) => ({ id, label: t(`models.detailTabs.${id}`), view }))}
      />
    </Page>
  );
};

/** One model: how well it tells, thresholds to try, and its card. */
export const ModelPage = () => {
  const { t } = useTranslation();
  const { modelId } = useParams({ from: '/shell/models/model/$modelId/{-$tab}' });
  const models = useQuery(modelsQuery);
  if (models.data === undefined) return <LoadingPage title={t('nav.models')} query={models} />;
  const model = models.data.find(({ id }) => id === modelId);
  if (model !== undefined) return <Detail key={model.id} model={model} />;
  return (
    <Page title={t('nav.models')}>
      <Panel>
        <EmptyState icon={IconCpu} title={t('models.unknownTitle')} text={t('models.unknownText')} />
      </Panel>
    </Page>
  );
};
