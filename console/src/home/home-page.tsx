import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyInstallation } from '../demo/empty-installation.tsx';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { reviewSummaryQuery } from '../queue/review-queries.ts';
import { useMay, useSession } from '../session/use-session.ts';
import { systemQuery } from '../settings/system-query.ts';
import classes from './home-page.module.css';
import { LatestItems } from './latest-items.tsx';
import { QueueSummary } from './queue-summary.tsx';

const partOfDay = (hour: number): 'night' | 'morning' | 'afternoon' | 'evening' =>
  hour < 5 ? 'night' : hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';

/** Where a day begins: what waits, what came in, and the way to each. */
export const HomePage = () => {
  const { t } = useTranslation();
  const session = useSession();
  const mayReview = useMay('review');
  const summary = useQuery(reviewSummaryQuery);
  const { data: system } = useQuery(systemQuery);
  const greeting = t(`home.greeting.${partOfDay(new Date().getHours())}`, {
    name: session.displayName.split(' ')[0] ?? session.displayName,
  });
  if (system?.items === 0) {
    return (
      <Page title={greeting}>
        <Panel>
          <EmptyInstallation />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={greeting}
      text={
        summary.data === undefined
          ? undefined
          : summary.data.open === 0
            ? t('home.calm')
            : t('home.waiting', { count: summary.data.open })
      }
      actions={
        mayReview && (summary.data?.open ?? 0) > 0 ? (
          <Button size="md" rightSection={<Keys keys="g q" />} renderRoot={(props) => <Link to="/queue" {...props} />}>
            {t('home.review')}
          </Button>
        ) : null
      }
    >
      {summary.error === null ? null : <ProblemNotice error={summary.error} onRetry={() => void summary.refetch()} />}
      <div className={classes.columns}>
        {summary.data === undefined ? null : <QueueSummary summary={summary.data} />}
        <LatestItems />
      </div>
    </Page>
  );
};
