import { Button, Switch, Tabs, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconSearch, IconTrash, IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TermList } from '#contracts/lists.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { download } from '../kit/download.ts';
import { count } from '../kit/format.ts';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useMay } from '../session/use-session.ts';
import { AddTerm } from './add-term.tsx';
import { ImportTerms } from './import-terms.tsx';
import classes from './list-editor.module.css';
import { deleteTermList, saveTermList, type TermListDetail, termListsQuery } from './list-queries.ts';
import { termsToCsv } from './parse-terms.ts';
import { PatternsEditor } from './patterns-editor.tsx';
import { SaveBar } from './save-bar.tsx';
import { TermTable } from './term-table.tsx';
import { useCategories } from './use-categories.ts';
import { useListEditing } from './use-list-editing.ts';

export const TermListEditor = ({ detail }: { detail: TermListDetail }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay('writeLists');
  const categories = useCategories();
  const editing = useListEditing<TermList, TermListDetail>({
    detail,
    save: saveTermList,
    overview: termListsQuery.queryKey,
  });
  const { list, change } = editing;
  const [search, setSearch] = useState('');
  const [sought] = useDebouncedValue(search.trim().toLowerCase(), 120);
  const [importing, setImporting] = useState(false);
  const [removing, setRemoving] = useState(false);
  const shown = useMemo(
    () =>
      sought === ''
        ? list.terms
        : list.terms.filter((term) => term.term.toLowerCase().includes(sought) || term.category.includes(sought)),
    [list.terms, sought],
  );
  const remove = useMutation({
    mutationFn: () => deleteTermList(list.id),
    onSuccess: async () => {
      editing.release();
      await client.invalidateQueries({ queryKey: termListsQuery.queryKey, exact: true });
      await navigate({ to: '/lists/{-$tab}', params: { tab: 'terms' } });
    },
  });
  return (
    <Page
      title={list.name}
      text={`${t(`listKinds.${list.kind}`)} · ${t('lists.countTerms', { count: list.terms.length, formatted: count(list.terms.length) })}`}
      actions={
        <>
          {mayWrite ? (
            <Button
              variant="default"
              leftSection={<IconUpload size={16} aria-hidden />}
              onClick={() => setImporting(true)}
            >
              {t('lists.import')}
            </Button>
          ) : null}
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => download(`${list.id}.csv`, termsToCsv(list.terms), 'text/csv')}
          >
            {t('lists.export')}
          </Button>
          {mayWrite && detail.origin === 'own' ? (
            <Button
              variant="subtle"
              color="coral"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => setRemoving(true)}
            >
              {t('lists.delete')}
            </Button>
          ) : null}
        </>
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
        <TextInput
          label={t('lists.locale')}
          placeholder={t('lists.anyLocale')}
          disabled={!mayWrite}
          value={list.locale ?? ''}
          onChange={(event) => change({ locale: event.currentTarget.value || undefined })}
        />
        <Switch
          label={t('lists.enabled')}
          disabled={!mayWrite}
          checked={list.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
      </div>
      <Tabs defaultValue="terms">
        <Tabs.List mb="md">
          <Tabs.Tab value="terms">{t('lists.terms')}</Tabs.Tab>
          <Tabs.Tab value="patterns">{t('lists.patterns')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="terms">
          <Panel flush>
            <div className={classes.toolbar}>
              <TextInput
                className={classes.search}
                data-search
                type="search"
                aria-label={t('lists.search')}
                placeholder={t('lists.search')}
                leftSection={<IconSearch size={16} aria-hidden />}
                rightSection={<Keys keys="/" />}
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
              />
              {mayWrite ? (
                <AddTerm
                  categories={categories}
                  allow={list.kind === 'allow'}
                  terms={list.terms}
                  onAdd={(term) => change({ terms: [term, ...list.terms] })}
                />
              ) : null}
            </div>
            <TermTable
              terms={shown}
              categories={categories}
              allow={list.kind === 'allow'}
              disabled={!mayWrite}
              onChange={(id, next) =>
                change({ terms: list.terms.map((term) => (term.id === id ? { ...term, ...next } : term)) })
              }
              onRemove={(id) => change({ terms: list.terms.filter((term) => term.id !== id) })}
            />
          </Panel>
        </Tabs.Panel>
        <Tabs.Panel value="patterns">
          <PatternsEditor
            patterns={list.patterns}
            categories={categories}
            disabled={!mayWrite}
            onChange={(patterns) => change({ patterns })}
          />
        </Tabs.Panel>
      </Tabs>
      <ImportTerms
        opened={importing}
        onClose={() => setImporting(false)}
        categories={categories}
        present={list.terms}
        onImport={(terms) => change({ terms: [...terms, ...list.terms] })}
      />
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
