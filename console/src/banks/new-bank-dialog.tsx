import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BankKind, bankKinds } from '#contracts/hash-bank.ts';
import { humanise } from '../kit/format.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useCategories } from '../lists/use-categories.ts';
import { banksQuery, createBank } from './bank-queries.ts';

/** A key made from the name; letters that a key cannot hold fall away. */
const keyFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '')
    .slice(0, 60);

/** Makes a bank. What a match does follows from its kind and can be changed afterwards; a new bank is watched first. */
export const NewBankDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const categories = useCategories();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<BankKind>('custom');
  const [category, setCategory] = useState('spam');
  const [id, setId] = useState<string | null>(null);
  const key = id ?? keyFrom(name);
  const asksCategory = kind === 'custom' || kind === 'allow';
  const create = useMutation({
    mutationFn: () =>
      createBank({ id: key, name: name.trim(), kind, mode: 'quarantine', ...(asksCategory ? { category } : {}) }),
    onSuccess: async (bank) => {
      await client.invalidateQueries({ queryKey: banksQuery.queryKey, exact: true });
      await navigate({ to: '/banks/bank/$bankId/{-$tab}', params: { bankId: bank.id, tab: 'entries' } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('banks.create')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {create.error === null ? null : <ProblemNotice error={create.error} compact />}
          <TextInput
            data-autofocus
            label={t('banks.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('banks.key')}
            description={t('banks.keyHint')}
            value={key}
            onChange={(event) => setId(event.currentTarget.value)}
          />
          <Select
            label={t('banks.kind')}
            description={t(`bankKinds.${kind}.hint`)}
            allowDeselect={false}
            data={bankKinds.map((value) => ({ value, label: t(`bankKinds.${value}.name`) }))}
            value={kind}
            onChange={(value) => setKind((value ?? 'custom') as BankKind)}
          />
          {asksCategory ? (
            <Select
              searchable
              label={t('banks.category')}
              description={t('banks.categoryHint')}
              allowDeselect={false}
              data={categories.map((value) => ({ value, label: humanise(value) }))}
              value={category}
              onChange={(value) => setCategory(value ?? 'spam')}
            />
          ) : null}
          <p style={{ margin: 0 }} className="soft">
            {t('banks.createText')}
          </p>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || key === ''}>
              {t('banks.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
