import { Button, Group, Modal, NativeSelect, Stack, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Term, termModes } from '#contracts/lists.ts';
import { FileInput } from '../kit/file-input.tsx';
import { count, humanise } from '../kit/format.ts';
import classes from './import-terms.module.css';
import { parseTerms } from './parse-terms.ts';

interface ImportTermsProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly categories: readonly string[];
  readonly present: readonly Term[];
  readonly onImport: (terms: readonly Term[]) => void;
}

/** Many terms at once, pasted or from a CSV file, with every line that could not be read named. */
export const ImportTerms = ({ opened, onClose, categories, present, onImport }: ImportTermsProps) => {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [category, setCategory] = useState(categories[0] ?? 'spam');
  const [severity, setSeverity] = useState(2);
  const [mode, setMode] = useState<Term['mode']>('word');
  const parsed = useMemo(
    () =>
      parseTerms(
        text,
        { category, severity, mode },
        new Set(categories),
        new Set(present.map((term) => term.term.toLowerCase())),
      ),
    [text, category, severity, mode, categories, present],
  );
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('imports.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack gap="md">
        <p className={classes.hint}>{t('imports.hint')}</p>
        <Textarea
          data-autofocus
          aria-label={t('imports.text')}
          rows={10}
          resize="vertical"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          classNames={{ input: classes.text }}
        />
        <Group align="flex-end">
          <FileInput label={t('imports.file')} accept=".csv,.txt,text/csv,text/plain" onText={setText} />
          <NativeSelect
            label={t('imports.category')}
            data={categories.map((value) => ({ value, label: humanise(value) }))}
            value={category}
            onChange={(event) => setCategory(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('terms.severity')}
            data={['1', '2', '3', '4', '5']}
            value={String(severity)}
            onChange={(event) => setSeverity(Number(event.currentTarget.value))}
          />
          <NativeSelect
            label={t('terms.mode')}
            data={termModes.map((value) => ({ value, label: t(`termModes.${value}`) }))}
            value={mode}
            onChange={(event) => setMode(event.currentTarget.value as Term['mode'])}
          />
        </Group>
        <div role="status">
          {text.trim() === '' ? null : (
            <p className={classes.result}>
              {t('imports.found', {
                count: parsed.terms.length,
                terms: count(parsed.terms.length),
                duplicates: count(parsed.duplicates),
              })}
            </p>
          )}
          {parsed.faults.length === 0 ? null : (
            <ul className={classes.faults}>
              {parsed.faults.slice(0, 8).map((fault) => (
                <li key={fault.line}>{t(`imports.faults.${fault.kind}`, { line: fault.line })}</li>
              ))}
              {parsed.faults.length > 8 ? <li>{t('signals.more', { more: parsed.faults.length - 8 })}</li> : null}
            </ul>
          )}
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            disabled={parsed.terms.length === 0}
            onClick={() => {
              onImport(parsed.terms);
              setText('');
              onClose();
            }}
          >
            {t('imports.add', { count: parsed.terms.length, terms: count(parsed.terms.length) })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
