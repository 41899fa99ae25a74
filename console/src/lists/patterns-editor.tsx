import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pattern } from '#contracts/lists.ts';
import { humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { newEntryId } from './parse-terms.ts';
import { checkPattern } from './pattern-check.ts';
import classes from './patterns-editor.module.css';

interface PatternsEditorProps {
  readonly patterns: readonly Pattern[];
  readonly categories: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (patterns: Pattern[]) => void;
}

interface PatternRowProps {
  readonly pattern: Pattern;
  readonly categories: readonly string[];
  readonly disabled: boolean;
  readonly sample: string;
  readonly onChange: (change: Partial<Pattern>) => void;
  readonly onRemove: () => void;
}

const PatternRow = ({ pattern, categories, disabled, sample, onChange, onRemove }: PatternRowProps) => {
  const { t } = useTranslation();
  const [state, setState] = useState<{ error: string | null; matches: boolean }>({ error: null, matches: false });
  useEffect(() => {
    let current = true;
    void checkPattern(pattern.source, sample).then((result) => {
      if (current) setState(result);
    });
    return () => {
      current = false;
    };
  }, [pattern.source, sample]);
  return (
    <li className={classes.row}>
      <TextInput
        className={classes.source}
        aria-label={t('patterns.source')}
        value={pattern.source}
        disabled={disabled}
        maxLength={1_000}
        error={state.error}
        onChange={(event) => onChange({ source: event.currentTarget.value })}
        classNames={{ input: classes.code }}
      />
      <NativeSelect
        aria-label={t('terms.category')}
        disabled={disabled}
        data={categories.map((value) => ({ value, label: humanise(value) }))}
        value={pattern.category}
        onChange={(event) => onChange({ category: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label={t('terms.severity')}
        disabled={disabled}
        data={['1', '2', '3', '4', '5']}
        value={String(pattern.severity)}
        onChange={(event) => onChange({ severity: Number(event.currentTarget.value) })}
      />
      <span className={classes.match} data-matches={state.matches || undefined} role="status">
        {sample === '' || state.error !== null ? '' : state.matches ? t('patterns.matches') : t('patterns.noMatch')}
      </span>
      {disabled ? null : (
        <ActionIcon color="gray" aria-label={t('patterns.remove')} onClick={onRemove}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      )}
    </li>
  );
};

/** Regular expressions in RE2 syntax, checked by the very engine that will run them, and tried on a text of one's own. */
export const PatternsEditor = ({ patterns, categories, disabled, onChange }: PatternsEditorProps) => {
  const { t } = useTranslation();
  const [sample, setSample] = useState('');
  return (
    <Panel>
      <p className={classes.hint}>{t('patterns.hint')}</p>
      <TextInput
        label={t('patterns.sample')}
        value={sample}
        onChange={(event) => setSample(event.currentTarget.value)}
        mb="lg"
      />
      <ul className={classes.list}>
        {patterns.map((pattern, index) => (
          <PatternRow
            key={pattern.id}
            pattern={pattern}
            categories={categories}
            disabled={disabled}
            sample={sample}
            onChange={(change) =>
              onChange(patterns.map((other, at) => (at === index ? { ...other, ...change } : other)))
            }
            onRemove={() => onChange(patterns.filter((_, at) => at !== index))}
          />
        ))}
      </ul>
      {disabled ? null : (
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() =>
            onChange([...patterns, { id: newEntryId(), source: '', category: categories[0] ?? 'spam', severity: 2 }])
          }
        >
          {t('patterns.add')}
        </Button>
      )}
    </Panel>
  );
};
