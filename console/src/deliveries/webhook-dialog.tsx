import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '#contracts/webhook.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { createWebhook, deliveriesKey, updateWebhook } from './delivery-queries.ts';
import { SecretShown } from './secret-shown.tsx';

interface WebhookDialogProps {
  /** To be changed; a new one where it is left out. */
  readonly webhook?: Webhook;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Makes a webhook, and shows its secret once; or changes where one leads. */
export const WebhookDialog = ({ webhook, opened, onClose }: WebhookDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    onClose();
    save.reset();
    setSecret(null);
    setName(webhook?.name ?? '');
    setUrl(webhook?.url ?? '');
  };
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), url: url.trim() };
      if (webhook !== undefined) await updateWebhook(webhook.id, body);
      else setSecret((await createWebhook(body)).secret);
    },
    onSuccess: async () => {
      if (webhook !== undefined) onClose();
      await client.invalidateQueries({ queryKey: deliveriesKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const title = webhook === undefined ? t('webhooks.create') : t('webhooks.edit');
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret === null ? title : t('webhooks.secretTitle')}
      closeOnClickOutside={secret === null}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {secret === null ? (
        <form onSubmit={submit}>
          <Stack gap="md">
            {save.error === null ? null : <ProblemNotice error={save.error} compact />}
            <TextInput
              data-autofocus
              label={t('webhooks.name')}
              description={t('webhooks.nameHint')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              type="url"
              label={t('webhooks.url')}
              description={t('webhooks.urlHint')}
              placeholder="https://"
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('cancel')}
              </Button>
              <Button type="submit" loading={save.isPending} disabled={name.trim() === '' || url.trim() === ''}>
                {webhook === undefined ? t('webhooks.make') : t('lists.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <SecretShown secret={secret} onDone={close} />
      )}
    </Modal>
  );
};
