import { Button, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DomainList } from '#contracts/lists.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { count, humanise } from '../kit/format.ts';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useMay } from '../session/use-session.ts';
import { DomainRows } from './domain-rows.tsx';
import classes from './list-editor.module.css';
import { type DomainListDetail, deleteDomainList, domainListsQuery, saveDomainList } from './list-queries.ts';
import { SaveBar } from './save-bar.tsx';
import { useCategories } from './use-categories.ts';
import { useListEditing } from './use-list-editing.ts';

/** Domains from pasted text: one a line or separated by commas; addresses are cut to their host. */
export const readDomains = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((entry) =>
      entry
        .toLowerCase()
        .replace(/^[a-z]+:\/\//, '')
        .replace(/[/?#].*$/, '')
        .replace(/^\*\./, '')
        .replace(/\.$/, ''),
    )
    .filter((entry) => entry !== '');

export const DomainListEditor = ({ detail }: { detail: DomainListDetail }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay('writeLists');
  const categories = useCategories();
  const editing = useListEditing<DomainList, DomainListDetail>({
    detail,
    save: saveDomainList,
    overview: domainListsQuery.queryKey,
  });
  const { list, change } = editing;
  const [search, setSearch] = useState('');
  const [sought] = useDebouncedValue(search.trim().toLowerCase(), 120);
  const [text, setText] = useState('');
  const [removing, setRemoving] = useState(false);
  const shown = useMemo(
    () => (sought === '' ? list.domains : list.domains.filter((domain) => domain.includes(sought))),
    [list.domains, sought],
  );
  const present = useMemo(() => new Set(list.domains), [list.domains]);
  const fresh = [...new Set(readDomains(text))].filter((domain) => !present.has(domain));
  const remove = useMutation({
    mutationFn: () => deleteDomainList(list.id),
    onSuccess: async () => {
      editing.release();
      await client.invalidateQueries({ queryKey: domainListsQuery.queryKey, exact: true });
      await navigate({ to: '/lists/{-$tab}', params: { tab: 'domains' } });
    },
  });
  return (
    <Page
      title={list.name}
      text={`${t(`listKinds.${list.kind}`)} · ${t('lists.countDomains', { count: list.domains.length, formatted: count(list.domains.length) })}`}
      actions={
        mayWrite ? (
          <Button
            variant="subtle"
            color="coral"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => setRemoving(true)}
          >
            {t('lists.delete')}
          </Button>
        ) : null
      }
    >
      <SaveBar
        dirty={editing.dirty}
        saving={editing.save.isPending}
        error={editing.save.error}
        blocked={editing.blocker.status === 'blocked'}
        onSave={() => editing.save.mutate()}
        onRevert={editing.revert}
        onLeave={() => editing.blocker.proceed?.()}
        onStay={() => editing.blocker.reset?.()}
      />
      <div className={classes.settings}>
        <TextInput
          label={t('lists.name')}
          disabled={!mayWrite}
          value={list.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        {list.kind === 'block' ? (
          <NativeSelect
            label={t('lists.category')}
            disabled={!mayWrite}
            data={categories.map((value) => ({ value, label: humanise(value) }))}
            value={list.category}
            onChange={(event) => change({ category: event.currentTarget.value })}
          />
        ) : null}
        <Switch
          label={t('lists.enabled')}
          disabled={!mayWrite}
          checked={list.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
      </div>
      {mayWrite ? (
        <Panel title={t('domains.addTitle')}>
          <Textarea
            aria-label={t('domains.text')}
            placeholder={t('domains.placeholder')}
            rows={3}
            resize="vertical"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button
            mt="sm"
            variant="light"
            disabled={fresh.length === 0}
            onClick={() => {
              change({ domains: [...fresh, ...list.domains] });
              setText('');
            }}
          >
            {t('domains.add', { count: fresh.length })}
          </Button>
        </Panel>
      ) : null}
      <Panel flush>
        <div className={classes.toolbar}>
          <TextInput
            className={classes.search}
            data-search
            type="search"
            aria-label={t('domains.search')}
            placeholder={t('domains.search')}
            leftSection={<IconSearch size={16} aria-hidden />}
            rightSection={<Keys keys="/" />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        <DomainRows
          domains={shown}
          disabled={!mayWrite}
          onRemove={(domain) => change({ domains: list.domains.filter((other) => other !== domain) })}
        />
      </Panel>
      <ConfirmDialog
        opened={removing}
        title={t('lists.deleteTitle', { name: list.name })}
        text={t('lists.deleteText')}
        confirm={t('lists.delete')}
        busy={remove.isPending}
        error={remove.error}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate()}
      />
    </Page>
  );
};
