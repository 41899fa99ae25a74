import { Button, Loader, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isStatus } from '../kit/api/problem.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { redeem, signIn } from './session-commands.ts';

/** The launcher's one-time token from the address, taken out of it at once so that no history keeps it. */
const takeToken = (): string | null => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
};

export const SignInPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { next } = useSearch({ from: '/sign-in' });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const emailField = useRef<HTMLInputElement>(null);
  const enter = () => navigate({ href: next ?? '/', replace: true });
  const withPassword = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: enter,
    onError: () => setPassword(''),
  });
  const withToken = useMutation({ mutationFn: redeem, onSuccess: enter });
  const redeemToken = withToken.mutate;
  const redeemed = useRef(false);

  useEffect(() => {
    document.title = `${t('entry.signIn')} · ${t('product')}`;
    const token = redeemed.current ? null : takeToken();
    if (token === null) return;
    // A token can be used once, and React runs effects twice in development.
    redeemed.current = true;
    redeemToken(token);
  }, [redeemToken, t]);

  if (withToken.isPending) {
    return (
      <EntryFrame title={t('entry.redeeming')} text={t('entry.redeemingText')}>
        <Loader type="dots" aria-label={t('states.loading')} />
      </EntryFrame>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (email.trim() === '') return emailField.current?.focus();
    withPassword.mutate();
  };
  const error = withPassword.error ?? withToken.error;
  return (
    <EntryFrame title={t('entry.signIn')} text={t('entry.signInText')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {error === null ? null : isStatus(error, 401) && withPassword.error !== null ? (
            <div role="alert" style={{ color: 'var(--tg-remove)' }}>
              {t('entry.refused')}
            </div>
          ) : (
            <ProblemNotice error={error} compact />
          )}
          <TextInput
            ref={emailField}
            size="md"
            type="email"
            label={t('entry.email')}
            autoComplete="username"
            autoFocus
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            size="md"
            label={t('entry.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('entry.showPassword') }}
          />
          <Button type="submit" size="md" loading={withPassword.isPending} fullWidth>
            {t('entry.signInButton')}
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
};
