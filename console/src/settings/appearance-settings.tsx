import { Switch, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '../kit/panel.tsx';
import { useShortcutsEnabled } from '../kit/shortcuts/use-shortcut-listener.ts';
import classes from './settings.module.css';

const schemes = ['light', 'dark', 'auto'] as const;

export const AppearanceSettings = () => {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [enabled, setEnabled] = useShortcutsEnabled();
  return (
    <div className={classes.narrow}>
      <Panel title={t('person.scheme')}>
        <div className={classes.choices}>
          {schemes.map((scheme) => (
            <UnstyledButton
              key={scheme}
              className={classes.choice}
              aria-pressed={colorScheme === scheme}
              onClick={() => setColorScheme(scheme)}
            >
              <span className={classes.swatch} data-scheme={scheme} aria-hidden />
              {t(`schemes.${scheme}`)}
            </UnstyledButton>
          ))}
        </div>
      </Panel>
      <Panel title={t('settings.keyboard')}>
        <Switch
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
          label={t('keys.enabled')}
          description={t('keys.enabledHint')}
        />
      </Panel>
    </div>
  );
};
