import { Skeleton } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/empty-state.tsx';
import { count, humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { decisionsReportQuery } from './model-queries.ts';
import classes from './models.module.css';
import { ReportView } from './report-view.tsx';

/** The same report on what people here decided. */
export const DecisionsReportView = () => {
  const { t } = useTranslation();
  const report = useQuery(decisionsReportQuery);
  if (report.error !== null) return <ProblemNotice error={report.error} onRetry={() => void report.refetch()} />;
  if (report.data === undefined) return <Skeleton height={420} radius="lg" />;
  const { labels, tooFew, leastItems, items } = report.data;
  const counted = tooFew
    .filter((entry) => entry.count > 0)
    .map((entry) => t('models.decisions.counted', { label: humanise(entry.label), count: count(entry.count) }))
    .join(', ');
  return (
    <div className={classes.stack}>
      {labels.length === 0 ? (
        <Panel>
          <EmptyState
            icon={IconUserCheck}
            title={t('models.decisions.noneTitle')}
            text={t('models.decisions.noneText', { least: leastItems, items: count(items) })}
          />
        </Panel>
      ) : (
        <ReportView report={report.data} anyBaseRate={false} />
      )}
      {counted === '' ? null : (
        <p className={classes.hint}>{t('models.decisions.tooFew', { least: leastItems, counted })}</p>
      )}
    </div>
  );
};
