import { Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { changePassword } from './session-commands.ts';

const shortest = 12;

interface PasswordFormProps {
  /** Whether the present password is asked for; not after a one-time sign-in. */
  readonly askCurrent: boolean;
  readonly label: string;
  readonly onDone: () => void;
}

export const PasswordForm = ({ askCurrent, label, onDone }: PasswordFormProps) => {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [checked, setChecked] = useState(false);
  const change = useMutation({
    mutationFn: () => changePassword(next, askCurrent ? current : undefined),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      setAgain('');
      setChecked(false);
      onDone();
    },
  });
  const tooShort = next.length < shortest;
  const differ = next !== again;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!tooShort && !differ) change.mutate();
  };
  const toggle = { visibilityToggleButtonProps: { 'aria-label': t('entry.showPassword') } };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {change.error === null ? null : <ProblemNotice error={change.error} compact />}
        {askCurrent ? (
          <PasswordInput
            label={t('password.current')}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            {...toggle}
          />
        ) : null}
        <PasswordInput
          label={t('password.next')}
          description={t('password.rule', { shortest })}
          autoComplete="new-password"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          error={checked && tooShort ? t('password.tooShort', { shortest }) : null}
          {...toggle}
        />
        <PasswordInput
          label={t('password.again')}
          autoComplete="new-password"
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={checked && differ ? t('password.differ') : null}
          {...toggle}
        />
        <Button type="submit" loading={change.isPending}>
          {label}
        </Button>
      </Stack>
    </form>
  );
};
