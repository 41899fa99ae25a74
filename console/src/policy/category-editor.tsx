import { MultiSelect, SegmentedControl, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Action, actions } from '#contracts/action.ts';
import type { CategoryPolicy } from '#contracts/policy.ts';
import { humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { ThresholdConsequence } from '../models/threshold-consequence.tsx';
import { systemQuery } from '../settings/system-query.ts';
import classes from './category-editor.module.css';
import { ExamplesEditor } from './examples-editor.tsx';
import { ThresholdEditor } from './threshold-editor.tsx';

interface CategoryEditorProps {
  readonly id: string;
  readonly category: CategoryPolicy;
  readonly errors: readonly { path: string; message: string }[];
  readonly mayEdit: boolean;
  readonly onChange: (change: Partial<CategoryPolicy>) => void;
}

/** The kinds of parts that there are detectors for. */
const requirable = ['text', 'image'] as const;

/** Without any detector the kind is left out: the category is then not assessed for it. */
const requiring = (
  requires: CategoryPolicy['requires'],
  kind: (typeof requirable)[number],
  detectors: string[],
): CategoryPolicy['requires'] => {
  const others = Object.fromEntries(Object.entries(requires).filter(([other]) => other !== kind));
  return detectors.length === 0 ? others : { ...others, [kind]: detectors };
};

export const CategoryEditor = ({ id, category, errors, mayEdit, onChange }: CategoryEditorProps) => {
  const { t } = useTranslation();
  const { data: system } = useQuery(systemQuery);
  const permissions = (['auto', 'person'] as const).map((value) => ({ value, label: t(`automation.${value}`) }));
  return (
    <div className={classes.editor}>
      <Panel title={t('policy.when', { category: humanise(id) })}>
        <ThresholdEditor
          label={humanise(id)}
          review={category.review}
          remove={category.remove}
          disabled={!mayEdit}
          onChange={onChange}
        />
        <ThresholdConsequence label={id} thresholds={category} removesAlone={category.automation.remove === 'auto'} />
        {errors.map((error) => (
          <p key={error.path + error.message} className={classes.error} role="alert">
            {error.message}
          </p>
        ))}
        <div className={classes.fields}>
          <Select
            label={t('automation.remove')}
            description={t('automation.removeHint')}
            allowDeselect={false}
            disabled={!mayEdit}
            data={permissions}
            value={category.automation.remove}
            onChange={(value) =>
              onChange({ automation: { ...category.automation, remove: value === 'auto' ? 'auto' : 'person' } })
            }
          />
          <Select
            label={t('automation.approve')}
            description={t('automation.approveHint')}
            allowDeselect={false}
            disabled={!mayEdit}
            data={permissions}
            value={category.automation.approve}
            onChange={(value) =>
              onChange({ automation: { ...category.automation, approve: value === 'auto' ? 'auto' : 'person' } })
            }
          />
          <div className={classes.severity}>
            <span id={`severity-${id}`} className={classes.label}>
              {t('policy.severity')}
            </span>
            <span className={classes.hint}>{t('policy.severityHint')}</span>
            <SegmentedControl
              aria-labelledby={`severity-${id}`}
              disabled={!mayEdit}
              data={['1', '2', '3', '4', '5']}
              value={String(category.severity)}
              onChange={(value) => onChange({ severity: Number(value) })}
            />
          </div>
          {requirable.map((kind) => (
            <TagsInput
              key={kind}
              label={t(`policy.requires.${kind}`)}
              description={t('policy.requiresHint')}
              disabled={!mayEdit}
              data={(system?.detectors ?? []).filter(({ kinds }) => kinds.includes(kind)).map(({ id: name }) => name)}
              value={category.requires[kind] ?? []}
              onChange={(value) => onChange({ requires: requiring(category.requires, kind, value) })}
            />
          ))}
          <MultiSelect
            label={t('policy.removeActions')}
            description={t('policy.removeActionsHint')}
            disabled={!mayEdit}
            data={actions.map((action) => ({ value: action, label: humanise(action) }))}
            value={category.removeActions}
            onChange={(value) => onChange({ removeActions: value as Action[] })}
          />
        </div>
      </Panel>
      <Panel title={t('policy.clauseTitle')}>
        <div className={classes.clause}>
          <TextInput
            label={t('policy.clause')}
            disabled={!mayEdit}
            value={category.clause}
            onChange={(event) => onChange({ clause: event.currentTarget.value })}
          />
          <TextInput
            label={t('policy.categoryTitle')}
            disabled={!mayEdit}
            value={category.title}
            onChange={(event) => onChange({ title: event.currentTarget.value })}
          />
        </div>
        <Textarea
          mt="md"
          label={t('policy.clauseText')}
          autosize
          minRows={3}
          disabled={!mayEdit}
          value={category.text}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
        />
        <ExamplesEditor
          examples={category.examples}
          disabled={!mayEdit}
          onChange={(examples) => onChange({ examples })}
        />
      </Panel>
    </div>
  );
};
