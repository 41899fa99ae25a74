import { ActionIcon, Button, Select, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CategoryPolicy } from '#contracts/policy.ts';
import classes from './examples-editor.module.css';

type Example = CategoryPolicy['examples'][number];
const verdicts = ['violates', 'borderline', 'allowed'] as const;

interface ExamplesEditorProps {
  readonly examples: readonly Example[];
  readonly disabled: boolean;
  readonly onChange: (examples: Example[]) => void;
}

/** Cases on both sides of the line, which reviewers see beside the clause. */
export const ExamplesEditor = ({ examples, disabled, onChange }: ExamplesEditorProps) => {
  const { t } = useTranslation();
  const change = (index: number, next: Partial<Example>) =>
    onChange(examples.map((example, at) => (at === index ? { ...example, ...next } : example)));
  return (
    <div className={classes.root}>
      <h3 className={classes.heading}>{t('clauses.examples')}</h3>
      <ol className={classes.list}>
        {examples.map((example, index) => {
          const number = index + 1;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: examples have no id; their place is their identity
            <li key={index} className={classes.example}>
              <Select
                aria-label={t('examples.verdict', { number })}
                w={140}
                allowDeselect={false}
                disabled={disabled}
                data={verdicts.map((verdict) => ({ value: verdict, label: t(`verdicts.${verdict}`) }))}
                value={example.verdict}
                onChange={(verdict) => verdict !== null && change(index, { verdict: verdict as Example['verdict'] })}
              />
              <div className={classes.words}>
                <Textarea
                  aria-label={t('examples.text', { number })}
                  autosize
                  minRows={1}
                  disabled={disabled}
                  value={example.text}
                  onChange={(event) => change(index, { text: event.currentTarget.value })}
                />
                <TextInput
                  aria-label={t('examples.because', { number })}
                  placeholder={t('examples.becausePlaceholder')}
                  size="xs"
                  disabled={disabled}
                  value={example.because ?? ''}
                  onChange={(event) => {
                    const because = event.currentTarget.value;
                    change(index, because === '' ? { because: undefined } : { because });
                  }}
                />
              </div>
              {disabled ? null : (
                <ActionIcon
                  aria-label={t('examples.remove', { number })}
                  color="gray"
                  onClick={() => onChange(examples.filter((_, at) => at !== index))}
                >
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ol>
      {disabled ? null : (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => onChange([...examples, { text: '', verdict: 'borderline' }])}
        >
          {t('examples.add')}
        </Button>
      )}
    </div>
  );
};
