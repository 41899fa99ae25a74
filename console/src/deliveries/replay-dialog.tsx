import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '#contracts/webhook.ts';
import { count } from '../kit/format.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { deliveriesKey, replay } from './delivery-queries.ts';

interface ReplayDialogProps {
  readonly webhook: Webhook;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Sends again what was given up, or everything since a time. */
export const ReplayDialog = ({ webhook, opened, onClose }: ReplayDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [what, setWhat] = useState<'dead' | 'since'>('dead');
  const [since, setSince] = useState('');
  const at = since === '' ? null : new Date(since);
  const ready = what === 'dead' || (at !== null && !Number.isNaN(at.getTime()));
  const run = useMutation({
    mutationFn: () => replay(webhook.id, what === 'since' && at !== null ? { since: at.toISOString() } : {}),
    onSuccess: async ({ queued }) => {
      notifications.show({
        title: t('webhooks.replayed', { count: queued }),
        message: queued === 0 ? t('webhooks.replayedNothing') : t('webhooks.replayedText'),
      });
      onClose();
      await client.invalidateQueries({ queryKey: deliveriesKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) run.mutate();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('webhooks.replayTitle', { name: webhook.name })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {run.error === null ? null : <ProblemNotice error={run.error} compact />}
          <Radio.Group
            label={t('webhooks.replayWhat')}
            value={what}
            onChange={(value) => setWhat(value === 'since' ? 'since' : 'dead')}
          >
            <Stack gap={8} mt={8}>
              <Radio
                value="dead"
                label={t('webhooks.replayDead', { count: webhook.deadLetters, formatted: count(webhook.deadLetters) })}
              />
              <Radio value="since" label={t('webhooks.replaySince')} description={t('webhooks.replaySinceHint')} />
            </Stack>
          </Radio.Group>
          {what === 'since' ? (
            <TextInput
              type="datetime-local"
              label={t('webhooks.since')}
              value={since}
              onChange={(event) => setSince(event.currentTarget.value)}
            />
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={run.isPending} disabled={!ready}>
              {t('webhooks.replay')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
