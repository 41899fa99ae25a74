import { MultiSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PolicyDocument } from '#contracts/policy.ts';
import { humanise } from '../kit/format.ts';
import { whenNumber } from '../kit/number-from.ts';
import { Panel } from '../kit/panel.tsx';
import classes from './general-editor.module.css';
import type { PolicyEditing } from './use-policy.ts';

/** What holds for the policy as a whole. */
export const GeneralEditor = ({ editing }: { editing: PolicyEditing }) => {
  const { t } = useTranslation();
  const { document, edit, mayEdit } = editing;
  const set = (change: Partial<PolicyDocument>) => edit((before) => ({ ...before, ...change }));
  return (
    <Panel>
      <div className={classes.fields}>
        <TextInput
          label={t('general.name')}
          disabled={!mayEdit}
          value={document.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          label={t('general.reviewModel')}
          description={t('general.reviewModelHint')}
          allowDeselect={false}
          disabled={!mayEdit}
          data={(['pre_approval', 'post_flag'] as const).map((value) => ({ value, label: t(`reviewModels.${value}`) }))}
          value={document.reviewModel}
          onChange={(value) => set({ reviewModel: value === 'post_flag' ? 'post_flag' : 'pre_approval' })}
        />
        <Textarea
          className={classes.wide}
          label={t('general.description')}
          autosize
          minRows={2}
          disabled={!mayEdit}
          value={document.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <NumberInput
          label={t('general.deadline')}
          description={t('general.deadlineHint')}
          suffix=" ms"
          min={1}
          max={60_000}
          allowDecimal={false}
          disabled={!mayEdit}
          value={document.deadlineMs}
          onChange={whenNumber((value) => set({ deadlineMs: value }))}
        />
        <Select
          label={t('general.onDeadline')}
          description={t('general.onDeadlineHint')}
          allowDeselect={false}
          disabled={!mayEdit}
          data={(['hold', 'publish'] as const).map((value) => ({ value, label: t(`onDeadline.${value}`) }))}
          value={document.onDeadline}
          onChange={(value) => set({ onDeadline: value === 'publish' ? 'publish' : 'hold' })}
        />
        <Select
          label={t('general.onUnavailable')}
          description={t('general.onUnavailableHint')}
          allowDeselect={false}
          disabled={!mayEdit}
          data={(['escalate', 'hold', 'pass'] as const).map((value) => ({ value, label: t(`onUnavailable.${value}`) }))}
          value={document.onUnavailable}
          onChange={(value) => value !== null && set({ onUnavailable: value as PolicyDocument['onUnavailable'] })}
        />
        <NumberInput
          label={t('general.sample')}
          description={t('general.sampleHint')}
          suffix=" %"
          min={0}
          max={100}
          decimalScale={2}
          disabled={!mayEdit}
          value={Number((document.qualitySample * 100).toFixed(2))}
          onChange={whenNumber((value) => set({ qualitySample: value / 100 }))}
        />
        <MultiSelect
          label={t('general.clears')}
          description={t('general.clearsHint')}
          disabled={!mayEdit}
          data={Object.keys(document.categories).map((value) => ({ value, label: humanise(value) }))}
          value={document.clears}
          onChange={(clears) => set({ clears })}
        />
      </div>
    </Panel>
  );
};
