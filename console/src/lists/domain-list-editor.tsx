import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DomainList } from '#contracts/lists.ts';
import { count, humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { useMay } from '../session/use-session.ts';
import { DomainRows } from './domain-rows.tsx';
import classes from './list-editor.module.css';
import { ListEditorFrame } from './list-editor-frame.tsx';
import { type DomainListDetail, domainListRequests, domainListsQuery } from './list-queries.ts';
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
  const mayWrite = useMay('writeLists');
  const categories = useCategories();
  const editing = useListEditing<DomainList, DomainListDetail>({
    detail,
    save: domainListRequests.save,
    overview: domainListsQuery.queryKey,
  });
  const { list, change } = editing;
  const [search, setSearch] = useState('');
  const [sought] = useDebouncedValue(search.trim().toLowerCase(), 120);
  const [text, setText] = useState('');
  const shown = useMemo(
    () => (sought === '' ? list.domains : list.domains.filter((domain) => domain.includes(sought))),
    [list.domains, sought],
  );
  const present = useMemo(() => new Set(list.domains), [list.domains]);
  const fresh = [...new Set(readDomains(text))].filter((domain) => !present.has(domain));
  return (
    <ListEditorFrame
      editing={editing}
      size={t('lists.countDomains', { count: list.domains.length, formatted: count(list.domains.length) })}
      settings={
        list.kind === 'block' ? (
          <NativeSelect
            label={t('lists.category')}
            disabled={!mayWrite}
            data={categories.map((value) => ({ value, label: humanise(value) }))}
            value={list.category}
            onChange={(event) => change({ category: event.currentTarget.value })}
          />
        ) : null
      }
      removable={mayWrite}
      remove={domainListRequests.remove}
      overview={domainListsQuery.queryKey}
      tab="domains"
    >
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
          <SearchField className={classes.search} label={t('domains.search')} value={search} onChange={setSearch} />
        </div>
        <DomainRows
          domains={shown}
          disabled={!mayWrite}
          onRemove={(domain) => change({ domains: list.domains.filter((other) => other !== domain) })}
        />
      </Panel>
    </ListEditorFrame>
  );
};
