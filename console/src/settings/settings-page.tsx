import { Tabs } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../kit/page.tsx';
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
  const mayKeys = useMay('manageKeys');
  const mayPeople = useMay('manageAccounts');
  const tabs = [
    { id: 'account', view: <AccountSettings /> },
    { id: 'appearance', view: <AppearanceSettings /> },
    ...(mayKeys ? [{ id: 'keys' as const, view: <ApiKeys /> }] : []),
    ...(mayPeople ? [{ id: 'people' as const, view: <ConsoleAccounts /> }] : []),
    { id: 'system', view: <SystemView /> },
  ] as const;
  const current = tabs.find((candidate) => candidate.id === tab)?.id ?? 'account';
  return (
    <Page title={t('nav.settings')}>
      <Tabs
        value={current}
        onChange={(value) =>
          void navigate({ to: '/settings/{-$tab}', params: { tab: value ?? undefined }, replace: true })
        }
      >
        <Tabs.List mb="lg">
          {tabs.map(({ id }) => (
            <Tabs.Tab key={id} value={id}>
              {t(`settings.tabs.${id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ id, view }) => (
          <Tabs.Panel key={id} value={id}>
            {view}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
};
