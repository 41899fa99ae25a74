import { Button, Group, Modal, Skeleton, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DiffView } from '../kit/diff-view.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { republishPolicy } from './policy-commands.ts';
import { policyText } from './policy-draft.ts';
import { activePolicyQuery, policyVersionQuery } from './policy-queries.ts';
import type { PolicyEditing } from './use-policy.ts';

interface VersionDialogProps {
  readonly editing: PolicyEditing;
  readonly version: number | null;
  readonly onClose: () => void;
}

/** An earlier version against the active one, and the way back to it: as a new version, so that the record stays whole. */
export const VersionDialog = ({ editing, version, onClose }: VersionDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { active, mayEdit } = editing;
  const earlier = useQuery({ ...policyVersionQuery(version ?? 0), enabled: version !== null });
  const restore = useMutation({
    mutationFn: () => {
      if (earlier.data === undefined) throw new Error('The version is not loaded yet.');
      return republishPolicy(earlier.data.document, t('versions.restoreNote', { version }), active.version);
    },
    onSuccess: async (published) => {
      notifications.show({ title: t('publish.done', { version: published.version }), message: t('publish.doneText') });
      client.setQueryData(activePolicyQuery.queryKey, published);
      onClose();
      await client.invalidateQueries({ queryKey: ['policy', 'versions'] });
    },
  });
  const close = () => {
    restore.reset();
    onClose();
  };
  return (
    <Modal
      opened={version !== null}
      onClose={close}
      size="xl"
      title={t('versions.compareTitle', { version: version ?? 0, active: active.version })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap="md">
        {earlier.error === null ? null : <ProblemNotice error={earlier.error} compact />}
        {restore.error === null ? null : <ProblemNotice error={restore.error} compact />}
        {earlier.data === undefined ? (
          <Skeleton height={220} />
        ) : (
          <DiffView
            before={policyText(active.document)}
            after={policyText(earlier.data.document)}
            label={t('versions.compareTitle', { version: version ?? 0, active: active.version })}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('close')}
          </Button>
          {mayEdit ? (
            <Button onClick={() => restore.mutate()} loading={restore.isPending} disabled={earlier.data === undefined}>
              {t('versions.restore', { version: version ?? 0, next: active.version + 1 })}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Modal>
  );
};
