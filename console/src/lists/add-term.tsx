import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Term, termModes } from '#contracts/lists.ts';
import { humanise } from '../kit/format.ts';
import classes from './add-term.module.css';
import { newEntryId } from './parse-terms.ts';

interface AddTermProps {
  readonly categories: readonly string[];
  /** Category and severity of an allow list are not read. */
  readonly allow: boolean;
  readonly terms: readonly Term[];
  readonly onAdd: (term: Term) => void;
}

/** One term at a time; Enter adds and leaves the field ready for the next. */
export const AddTerm = ({ categories, allow, terms, onAdd }: AddTermProps) => {
  const { t } = useTranslation();
  const [term, setTerm] = useState('');
  const [category, setCategory] = useState(categories[0] ?? 'spam');
  const [severity, setSeverity] = useState(2);
  const [mode, setMode] = useState<Term['mode']>('word');
  const field = useRef<HTMLInputElement>(null);
  const present = terms.some((other) => other.term.toLowerCase() === term.trim().toLowerCase());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (term.trim() === '' || present) return;
    onAdd({ id: newEntryId(), term: term.trim(), category, severity, mode });
    setTerm('');
    field.current?.focus();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        ref={field}
        aria-label={t('terms.new')}
        placeholder={t('terms.new')}
        value={term}
        maxLength={200}
        error={present && term !== '' ? t('terms.present') : null}
        onChange={(event) => setTerm(event.currentTarget.value)}
      />
      {allow ? null : (
        <>
          <NativeSelect
            aria-label={t('terms.category')}
            data={categories.map((value) => ({ value, label: humanise(value) }))}
            value={category}
            onChange={(event) => setCategory(event.currentTarget.value)}
          />
          <NativeSelect
            aria-label={t('terms.severity')}
            data={['1', '2', '3', '4', '5']}
            value={String(severity)}
            onChange={(event) => setSeverity(Number(event.currentTarget.value))}
          />
        </>
      )}
      <NativeSelect
        aria-label={t('terms.mode')}
        data={termModes.map((value) => ({ value, label: t(`termModes.${value}`) }))}
        value={mode}
        onChange={(event) => setMode(event.currentTarget.value as Term['mode'])}
      />
      <Button type="submit" variant="light" disabled={term.trim() === '' || present}>
        {t('terms.add')}
      </Button>
    </form>
  );
};
