import { Button, Tabs, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TermList } from '#contracts/lists.ts';
import { download } from '../kit/download.ts';
import { count } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { useMay } from '../session/use-session.ts';
import { AddTerm } from './add-term.tsx';
import { ImportTerms } from './import-terms.tsx';
import classes from './list-editor.module.css';
import { ListEditorFrame } from './list-editor-frame.tsx';
import { type TermListDetail, termListRequests, termListsQuery } from './list-queries.ts';
import { termsToCsv } from './parse-terms.ts';
import { PatternsEditor } from './patterns-editor.tsx';
import { TermTable } from './term-table.tsx';
import { useCategories } from './use-categories.ts';
import { useListEditing } from './use-list-editing.ts';

export const TermListEditor = ({ detail }: { detail: TermListDetail }) => {
  const { t } = useTranslation();
  const mayWrite = useMay('writeLists');
  const categories = useCategories();
  const editing = useListEditing<TermList, TermListDetail>({
    detail,
    save: termListRequests.save,
    overview: termListsQuery.queryKey,
  });
  const { list, change } = editing;
  const [search, setSearch] = useState('');
  const [sought] = useDebouncedValue(search.trim().toLowerCase(), 120);
  const [importing, setImporting] = useState(false);
  const shown = useMemo(
    () =>
      sought === ''
        ? list.terms
        : list.terms.filter((term) => term.term.toLowerCase().includes(sought) || term.category.includes(sought)),
    [list.terms, sought],
  );
  return (
    <ListEditorFrame
      editing={editing}
      size={t('lists.countTerms', { count: list.terms.length, formatted: count(list.terms.length) })}
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
        </>
      }
      settings={
        <TextInput
          label={t('lists.locale')}
          placeholder={t('lists.anyLocale')}
          disabled={!mayWrite}
          value={list.locale ?? ''}
          onChange={(event) => change({ locale: event.currentTarget.value || undefined })}
        />
      }
      removable={mayWrite && detail.origin === 'own'}
      remove={termListRequests.remove}
      overview={termListsQuery.queryKey}
      tab="terms"
    >
      <Tabs defaultValue="terms">
        <Tabs.List mb="md">
          <Tabs.Tab value="terms">{t('lists.terms')}</Tabs.Tab>
          <Tabs.Tab value="patterns">{t('lists.patterns')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="terms">
          <Panel flush>
            <div className={classes.toolbar}>
              <SearchField className={classes.search} label={t('lists.search')} value={search} onChange={setSearch} />
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
    </ListEditorFrame>
  );
};
