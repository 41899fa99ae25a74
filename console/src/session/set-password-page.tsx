import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EntryFrame } from './entry-frame.tsx';
import { PasswordForm } from './password-form.tsx';

/** After a one-time sign-in, or where an administrator chose the password: nothing else until the person has their own. */
export const SetPasswordPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <EntryFrame title={t('password.setTitle')} text={t('password.setText')}>
      <PasswordForm
        askCurrent={false}
        label={t('password.setButton')}
        onDone={() => void navigate({ to: '/', replace: true })}
      />
    </EntryFrame>
  );
};
