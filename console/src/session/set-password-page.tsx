import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EntryFrame } from './entry-frame.tsx';
import { PasswordForm } from './password-form.tsx';
import { enteredByToken } from './session-commands.ts';

/** After a one-time sign-in, or where an administrator chose the password: nothing else until the person has their own. */
export const SetPasswordPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const byToken = enteredByToken();
  return (
    <EntryFrame title={t('password.setTitle')} text={byToken ? t('password.setTextToken') : t('password.setText')}>
      <PasswordForm
        askCurrent={!byToken}
        label={t('password.setButton')}
        onDone={() => void navigate({ to: '/', replace: true })}
      />
    </EntryFrame>
  );
};
