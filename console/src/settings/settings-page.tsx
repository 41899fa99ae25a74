import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { JudgesSettings } from '../judges/judges-settings.tsx';
import { Page } from '../kit/page.tsx';
import { PageTabs } from '../kit/page-tabs.tsx';
import { useMay } from '../session/use-session.ts';
import { AccountSettings } from './account-settings.tsx';
import { ApiKeys } from './api-keys.tsx';
import { AppearanceSettings } from './appearance-settings.tsx';
import { ConsoleAccounts } from './console-accounts.tsx';
import { SystemView } from './system-view.tsx';

export const SettingsPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useParams({ from: '/shell/settings/{-$tab}' });
  const mayModels = useMay('readJudges');
  const mayKeys = useMay('manageKeys');
  const mayPeople = useMay('manageAccounts');
  const tabs = [
    { id: 'account', view: <AccountSettings /> },
    { id: 'appearance', view: <AppearanceSettings /> },
    ...(mayModels ? [{ id: 'models' as const, view: <JudgesSettings /> }] : []),
    ...(mayKeys ? [{ id: 'keys' as const, view: <ApiKeys /> }] : []),
    ...(mayPeople ? [{ id: 'people' as const, view: <ConsoleAccounts /> }] : []),
    { id: 'system', view: <SystemView /> },
  ] as const;
  return (
    <Page title={t('nav.settings')}>
      <PageTabs
        current={tab}
        onChange={(id) => void navigate({ to: '/settings/{-$tab}', params: { tab: id }, replace: true })}
        tabs={tabs.map(({ id, view }) => ({ id, label: t(`settings.tabs.${id}`), view }))}
      />
    </Page>
  );
};
