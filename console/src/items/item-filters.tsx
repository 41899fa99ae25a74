import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { builtInCategories } from '#contracts/category.ts';
import { outcomes } from '#contracts/decision.ts';
import { humanise } from '../kit/format.ts';
import { SearchField } from '../kit/search-field.tsx';
import { activePolicyQuery } from '../policy/policy-queries.ts';
import classes from './item-filters.module.css';
import type { ItemFilter } from './item-queries.ts';

const surfaces = ['comment', 'chat', 'post', 'profile', 'direct_message', 'live', 'upload', 'ai_response'];

/** The search. Every field is in the address. */
export const ItemFilters = ({ filter }: { filter: ItemFilter }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: policy } = useQuery(activePolicyQuery);
  const [text, setText] = useState(filter.text ?? '');
  const [accountId, setAccountId] = useState(filter.accountId ?? '');
  useEffect(() => setText(filter.text ?? ''), [filter.text]);
  useEffect(() => setAccountId(filter.accountId ?? ''), [filter.accountId]);
  const set = (change: Partial<ItemFilter>) =>
    void navigate({ to: '/items', search: { ...filter, ...change }, replace: true });
  const setSoon = useDebouncedCallback(set, 300);
  const categories = policy === undefined ? builtInCategories : Object.keys(policy.document.categories);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <search className={classes.filters}>
      <SearchField
        className={classes.text}
        label={t('items.search')}
        value={text}
        onChange={(next) => {
          setText(next);
          setSoon({ text: next.trim() || undefined });
        }}
      />
      <TextInput
        aria-label={t('items.account')}
        placeholder={t('items.account')}
        value={accountId}
        onChange={(event) => {
          setAccountId(event.currentTarget.value);
          setSoon({ accountId: event.currentTarget.value.trim() || undefined });
        }}
      />
      <Select
        clearable
        aria-label={t('items.outcome')}
        placeholder={t('items.anyOutcome')}
        data={outcomes.map((outcome) => ({ value: outcome, label: t(`outcomes.${outcome}`) }))}
        value={filter.outcome ?? null}
        onChange={(outcome) => set({ outcome: outcome ?? undefined })}
      />
      <Select
        clearable
        searchable
        aria-label={t('items.category')}
        placeholder={t('queue.anyCategory')}
        data={categories.map((category) => ({ value: category, label: humanise(category) }))}
        value={filter.category ?? null}
        onChange={(category) => set({ category: category ?? undefined })}
      />
      <Select
        clearable
        aria-label={t('items.surface')}
        placeholder={t('queue.anySurface')}
        data={surfaces.map((surface) => ({ value: surface, label: humanise(surface) }))}
        value={filter.surface ?? null}
        onChange={(surface) => set({ surface: surface ?? undefined })}
      />
      {isFiltered ? (
        <Button variant="subtle" onClick={() => void navigate({ to: '/items', search: {}, replace: true })}>
          {t('items.clear')}
        </Button>
      ) : null}
    </search>
  );
};
