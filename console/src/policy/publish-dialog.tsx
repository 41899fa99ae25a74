import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isStatus } from '../kit/api/problem.ts';
import { DiffView } from '../kit/diff-view.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { publishPolicy } from './policy-commands.ts';
import { policyDraft, policyText } from './policy-draft.ts';
import { activePolicyQuery } from './policy-queries.ts';
import type { PolicyEditing } from './use-policy.ts';

interface PublishDialogProps {
  readonly editing: PolicyEditing;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The last look before a change counts: what differs from the active version, and why it is made. */
export const PublishDialog = ({ editing, opened, onClose }: PublishDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const { draft, active } = editing;
  const publish = useMutation({
    mutationFn: async () => {
      if (draft === null) throw new Error('There is nothing to publish.');
      return publishPolicy(draft, note.trim());
    },
    onSuccess: async (version) => {
      notifications.show({
        title: t('publish.done', { version: version.version }),
        message: t('publish.doneText'),
      });
      client.setQueryData(activePolicyQuery.queryKey, version);
      policyDraft.discard();
      setNote('');
      onClose();
      await client.invalidateQueries({ queryKey: ['policy', 'versions'] });
    },
    onError: async (error) => {
      if (isStatus(error, 409)) await client.invalidateQueries({ queryKey: activePolicyQuery.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    publish.mutate();
  };
  const conflict = isStatus(publish.error, 409) && draft !== null && draft.basedOn !== active.version;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title={t('publish.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {publish.error === null ? null : <ProblemNotice error={publish.error} compact />}
          {conflict ? (
            <Group justify="space-between">
              <span>{t('publish.conflict', { version: active.version })}</span>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  policyDraft.rebase(active.version);
                  publish.reset();
                }}
              >
                {t('publish.replace', { version: active.version })}
              </Button>
            </Group>
          ) : null}
          <DiffView
            before={policyText(active.document)}
            after={policyText(editing.document)}
            label={t('publish.changes', { version: active.version })}
          />
          <TextInput
            data-autofocus
            label={t('publish.note')}
            description={t('publish.noteHint')}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={publish.isPending} disabled={conflict}>
              {t('publish.confirm', { version: active.version + 1 })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
