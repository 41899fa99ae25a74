import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { domainListRequests, domainListsQuery, termListRequests, termListsQuery } from './list-queries.ts';

interface NewListDialogProps {
  readonly of: 'terms' | 'domains';
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** An id made from the name; letters that an id cannot hold fall away. */
const idFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80);

export const NewListDialog = ({ of, opened, onClose }: NewListDialogProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'block' | 'allow'>('block');
  const id = idFrom(name) || `list-${Date.now().toString(36)}`;
  const create = useMutation({
    mutationFn: async () => {
      const common = { id, name: name.trim(), kind, enabled: true };
      if (of === 'terms') await termListRequests.save({ ...common, terms: [], patterns: [] }, 0);
      else await domainListRequests.save({ ...common, category: 'spam', domains: [] }, 0);
    },
    onSuccess: async () => {
      await client.invalidateQueries({
        queryKey: of === 'terms' ? termListsQuery.queryKey : domainListsQuery.queryKey,
      });
      await navigate({
        to: of === 'terms' ? '/lists/terms/$listId' : '/lists/domains/$listId',
        params: { listId: id },
      });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={of === 'terms' ? t('lists.newTerms') : t('lists.newDomains')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {create.error === null ? null : <ProblemNotice error={create.error} compact />}
          <TextInput
            data-autofocus
            label={t('lists.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label={t('lists.kind')}
            description={t(`listKindHints.${kind}`)}
            allowDeselect={false}
            data={(['block', 'allow'] as const).map((value) => ({ value, label: t(`listKinds.${value}`) }))}
            value={kind}
            onChange={(value) => setKind(value === 'allow' ? 'allow' : 'block')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
              {t('lists.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
