import { Button, Checkbox, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Scope, scopes } from '#contracts/access.ts';
import { CopyText } from '../kit/copy-text.tsx';
import { numberFrom } from '../kit/number-from.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { apiKeysQuery, createApiKey } from './access-queries.ts';
import classes from './settings.module.css';

const usual: readonly Scope[] = ['items:write', 'items:read', 'try'];

/** Makes a key, and shows it the only time that it can be seen. */
export const ApiKeyDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Scope[]>(usual);
  const [rate, setRate] = useState<number | null>(null);
  const [expires, setExpires] = useState('');
  const create = useMutation({
    mutationFn: () =>
      createApiKey({
        name: name.trim(),
        scopes: [...chosen],
        ratePerMinute: rate,
        expiresAt: expires === '' ? null : new Date(`${expires}T23:59:59`).toISOString(),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
  const close = () => {
    onClose();
    create.reset();
    setName('');
    setChosen(usual);
    setRate(null);
    setExpires('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const key = create.data?.key;
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={key === undefined ? t('apiKeys.create') : t('apiKeys.createdTitle')}
      closeButtonProps={{ 'aria-label': t('close') }}
      closeOnClickOutside={key === undefined}
    >
      {key === undefined ? (
        <form onSubmit={submit}>
          <Stack gap="md">
            {create.error === null ? null : <ProblemNotice error={create.error} compact />}
            <TextInput
              label={t('apiKeys.name')}
              description={t('apiKeys.nameHint')}
              required
              withAsterisk={false}
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Checkbox.Group
              label={t('apiKeys.scopes')}
              value={[...chosen]}
              onChange={(values) => setChosen(values as Scope[])}
            >
              <Stack gap={6} mt={6}>
                {scopes.map((scope) => (
                  <Checkbox key={scope} value={scope} label={t(`scopes.${scope.replace(':', '_') as 'try'}`)} />
                ))}
              </Stack>
            </Checkbox.Group>
            <NumberInput
              label={t('apiKeys.rate')}
              description={t('apiKeys.rateHint')}
              min={1}
              allowDecimal={false}
              value={rate ?? ''}
              onChange={(value) => setRate(numberFrom(value))}
            />
            <TextInput
              type="date"
              label={t('apiKeys.expires')}
              description={t('apiKeys.expiresHint')}
              value={expires}
              onChange={(event) => setExpires(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
              <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || chosen.length === 0}>
                {t('apiKeys.create')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          <p style={{ margin: 0 }}>{t('apiKeys.createdText')}</p>
          <div className={classes.key} data-testid="new-key">
            {key}
          </div>
          <Group justify="space-between">
            <CopyText text={key} label={t('apiKeys.copy')} />
            <Button onClick={close}>{t('apiKeys.done')}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
};
