import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { Panel } from '../kit/panel.tsx';
import { PasswordForm } from '../session/password-form.tsx';
import { useSession } from '../session/use-session.ts';
import classes from './settings.module.css';

export const AccountSettings = () => {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <div className={classes.narrow}>
      <Panel title={t('settings.you')}>
        <dl className={classes.facts}>
          <dt>{t('settings.name')}</dt>
          <dd>{session.displayName}</dd>
          <dt>{t('entry.email')}</dt>
          <dd>{session.email}</dd>
          <dt>{t('settings.role')}</dt>
          <dd>{t(`roles.${session.role}`)}</dd>
        </dl>
      </Panel>
      <Panel title={t('settings.password')}>
        <p className={classes.hint}>{t('settings.passwordHint')}</p>
        <PasswordForm
          askCurrent
          label={t('settings.changePassword')}
          onDone={() => notifications.show({ message: t('settings.passwordChanged') })}
        />
      </Panel>
    </div>
  );
};
