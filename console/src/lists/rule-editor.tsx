import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCircleCheck, IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '#contracts/policy.ts';
import { CodeArea } from '../kit/code-area.tsx';
import { Panel } from '../kit/panel.tsx';
import { EffectsEditor } from './effects-editor.tsx';
import { checkRule } from './list-queries.ts';
import classes from './rule-editor.module.css';

interface RuleEditorProps {
  readonly rule: Rule;
  readonly categories: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (rule: Rule) => void;
  readonly onRemove: () => void;
}

/** Line and column, from 1, of a character in a text. */
export const placeOf = (text: string, position: number): { line: number; column: number } => {
  const before = text.slice(0, position);
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
};

export const RuleEditor = ({ rule, categories, disabled, onChange, onRemove }: RuleEditorProps) => {
  const { t } = useTranslation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [settled] = useDebouncedValue({ when: rule.when, after: rule.after }, 300);
  const check = useQuery({
    queryKey: ['rule-check', settled],
    queryFn: ({ signal }) => checkRule(settled.when, settled.after, signal),
    enabled: settled.when.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const answer = check.data;
  const fault = answer?.valid === false ? answer : undefined;
  const place = fault?.position === null || fault === undefined ? null : placeOf(rule.when, fault.position);
  const showFault = () => {
    if (fault?.position === null || fault === undefined) return;
    field.current?.focus();
    field.current?.setSelectionRange(fault.position, fault.position + 1);
  };
  return (
    <Panel
      title={rule.title}
      aside={
        disabled ? null : (
          <Button
            size="compact-sm"
            variant="subtle"
            color="coral"
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={onRemove}
          >
            {t('rules.remove')}
          </Button>
        )
      }
    >
      <div className={classes.fields}>
        <TextInput
          label={t('rules.title')}
          disabled={disabled}
          value={rule.title}
          onChange={(event) => onChange({ ...rule, title: event.currentTarget.value })}
        />
        <TextInput
          label={t('rules.id')}
          disabled={disabled}
          value={rule.id}
          onChange={(event) => onChange({ ...rule, id: event.currentTarget.value })}
        />
        <div className={classes.after}>
          <span id="rule-after" className={classes.label}>
            {t('rules.after')}
          </span>
          <SegmentedControl
            aria-labelledby="rule-after"
            disabled={disabled}
            data={[
              { value: '1', label: t('rules.after1') },
              { value: '2', label: t('rules.after2') },
            ]}
            value={String(rule.after)}
            onChange={(value) => onChange({ ...rule, after: value === '2' ? 2 : 1 })}
          />
        </div>
      </div>
      <h3 className={classes.heading}>{t('rules.when')}</h3>
      <p className={classes.hint} id="rule-when-hint">
        {t('rules.whenHint')}
      </p>
      <CodeArea
        ref={field}
        label={t('rules.when')}
        describedBy="rule-when-hint rule-check"
        value={rule.when}
        readOnly={disabled}
        lines={6}
        faultyLines={place === null ? new Set() : new Set([place.line])}
        onChange={(when) => onChange({ ...rule, when })}
      />
      <div className={classes.check} id="rule-check" role="status">
        {check.error === null ? null : <span className={classes.fault}>{check.error.message}</span>}
        {fault === undefined ? null : (
          <>
            <span className={classes.fault}>
              {place === null ? '' : `${t('rules.place', place)} `}
              {fault.message}
            </span>
            {place === null ? null : (
              <Button size="compact-xs" variant="default" onClick={showFault}>
                {t('rules.show')}
              </Button>
            )}
          </>
        )}
        {answer?.valid === true ? (
          <span className={classes.good}>
            <IconCircleCheck size={16} aria-hidden /> {t('rules.valid', { cost: answer.cost ?? 0 })}
          </span>
        ) : null}
        {disabled ? null : (
          <Button size="compact-xs" variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
            {t('rules.check')}
          </Button>
        )}
      </div>
      <h3 className={classes.heading}>{t('rules.effects')}</h3>
      <EffectsEditor
        effects={rule.effects}
        categories={categories}
        disabled={disabled}
        onChange={(effects) => onChange({ ...rule, effects })}
      />
    </Panel>
  );
};
