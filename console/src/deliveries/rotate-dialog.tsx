import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '#contracts/webhook.ts';
import { whenNumber } from '../kit/number-from.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { deliveriesKey, rotateSecret } from './delivery-queries.ts';
import { SecretShown } from './secret-shown.tsx';

interface RotateDialogProps {
  readonly webhook: Webhook;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Gives a webhook a new secret; the old one signs as well until the receiver has had the time to change. */
export const RotateDialog = ({ webhook, opened, onClose }: RotateDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [hours, setHours] = useState(24);
  const rotate = useMutation({
    mutationFn: () => rotateSecret(webhook.id, hours),
    onSuccess: () => client.invalidateQueries({ queryKey: deliveriesKey }),
  });
  const close = () => {
    onClose();
    rotate.reset();
  };
  const secret = rotate.data?.secret;
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret === undefined ? t('webhooks.rotateTitle', { name: webhook.name }) : t('webhooks.secretTitle')}
      closeOnClickOutside={secret === undefined}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {secret === undefined ? (
        <Stack gap="md">
          {rotate.error === null ? null : <ProblemNotice error={rotate.error} compact />}
          <p style={{ margin: 0 }}>{t('webhooks.rotateText')}</p>
          <NumberInput
            data-autofocus
            label={t('webhooks.overlap')}
            description={t('webhooks.overlapHint')}
            min={0}
            max={168}
            allowDecimal={false}
            value={hours}
            onChange={whenNumber(setHours)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
              {t('webhooks.rotate')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <SecretShown secret={secret} onDone={close} />
      )}
    </Modal>
  );
};
