import { IconFingerprint } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/empty-state.tsx';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { Panel } from '../kit/panel.tsx';
import { useMay } from '../session/use-session.ts';
import { AuthorityReports } from './authority-reports.tsx';
import { BanksOverview } from './banks-overview.tsx';
import { LookUp } from './look-up.tsx';

/** Known content: the banks, which of them know a file, and what waits to be reported to an authority. */
export const BanksPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/banks/{-$tab}' });
  const mayRead = useMay('readBanks');
  const mayReport = useMay('readAuthorityReports');
  const tabs = [
    ...(mayRead
      ? [
          { id: 'banks' as const, view: <BanksOverview /> },
          { id: 'look-up' as const, view: <LookUp /> },
        ]
      : []),
    ...(mayReport ? [{ id: 'reports' as const, view: <AuthorityReports /> }] : []),
  ];
  if (tabs.length === 0) {
    return (
      <Page title={t('nav.banks')}>
        <Panel>
          <EmptyState icon={IconFingerprint} title={t('banks.closedTitle')} text={t('banks.closedText')} />
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={t('nav.banks')} text={t('banks.text')}>
      <PageTabs
        current={tab}
        onChange={(id) => void navigate({ to: '/banks/{-$tab}', params: { tab: id }, replace: true })}
        tabs={tabs.map(({ id, view }) => ({ id, label: t(`banks.tabs.${id}`), view }))}
      />
    </Page>
  );
};
