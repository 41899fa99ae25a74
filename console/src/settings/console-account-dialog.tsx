import { Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Role, roles } from '#contracts/access.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { consoleAccountsQuery, createConsoleAccount } from './access-queries.ts';

export const ConsoleAccountDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [displayName, setDisplayName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('reviewer');
  const [password, setPassword] = useState('');
  const close = () => {
    onClose();
    create.reset();
    setDisplayName('');
    setEmail('');
    setRole('reviewer');
    setPassword('');
  };
  const create = useMutation({
    mutationFn: () => createConsoleAccount({ displayName: displayName.trim(), email: email.trim(), role, password }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: consoleAccountsQuery.queryKey });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened={opened} onClose={close} title={t('people.create')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {create.error === null ? null : <ProblemNotice error={create.error} compact />}
          <TextInput
            label={t('people.name')}
            data-autofocus
            required
            withAsterisk={false}
            value={displayName}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
          />
          <TextInput
            type="email"
            label={t('entry.email')}
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Select
            label={t('people.role')}
            description={t(`roleHints.${role}`)}
            allowDeselect={false}
            data={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
            value={role}
            onChange={(value) => setRole((value ?? 'reviewer') as Role)}
          />
          <PasswordInput
            label={t('people.firstPassword')}
            description={t('people.firstPasswordHint')}
            autoComplete="new-password"
            required
            withAsterisk={false}
            minLength={12}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('entry.showPassword') }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('people.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
