import { Checkbox, NumberInput, PasswordInput, Select, Slider, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { percent } from '../kit/format.ts';
import { numberFrom, whenNumber } from '../kit/number-from.ts';
import type { JudgeDraft } from './judge-draft.ts';
import classes from './judges.module.css';

interface FieldsProps {
  readonly draft: JudgeDraft;
  readonly set: (change: Partial<JudgeDraft>) => void;
  /** Whether a key is saved. */
  readonly hasApiKey: boolean;
  readonly disabled: boolean;
}

const Group = ({ title, disabled, children }: { title: string; disabled: boolean; children: ReactNode }) => (
  <fieldset className={classes.group} disabled={disabled}>
    <legend>{title}</legend>
    <div className={classes.fields}>{children}</div>
  </fieldset>
);

export const ConnectionFields = ({ draft, set, hasApiKey, disabled }: FieldsProps) => {
  const { t } = useTranslation();
  const takenAway = draft.apiKey === null;
  return (
    <Group title={t('judgeSettings.groups.connection')} disabled={disabled}>
      <TextInput
        label={t('judgeSettings.name')}
        description={t('judgeSettings.nameHint')}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t('judgeSettings.model')}
        description={t('judgeSettings.modelHint')}
        spellCheck={false}
        value={draft.model}
        onChange={(event) => set({ model: event.currentTarget.value })}
      />
      <TextInput
        type="url"
        label={t('judgeSettings.baseUrl')}
        description={t('judgeSettings.baseUrlHint')}
        spellCheck={false}
        value={draft.baseUrl}
        onChange={(event) => set({ baseUrl: event.currentTarget.value })}
      />
      <div>
        <PasswordInput
          label={t('judgeSettings.apiKey')}
          description={t(hasApiKey ? 'judgeSettings.apiKeySaved' : 'judgeSettings.apiKeyHint')}
          autoComplete="off"
          disabled={takenAway || disabled}
          value={draft.apiKey ?? ''}
          onChange={(event) => set({ apiKey: event.currentTarget.value })}
          visibilityToggleButtonProps={{ 'aria-label': t('judgeSettings.showApiKey') }}
        />
        {hasApiKey ? (
          <Checkbox
            mt={8}
            disabled={disabled}
            label={t('judgeSettings.removeApiKey')}
            checked={takenAway}
            onChange={(event) => set({ apiKey: event.currentTarget.checked ? null : '' })}
          />
        ) : null}
      </div>
    </Group>
  );
};

export const JudgingFields = ({ draft, set, disabled }: FieldsProps) => {
  const { t } = useTranslation();
  const confidence = useId();
  return (
    <Group title={t('judgeSettings.groups.judging')} disabled={disabled}>
      <Switch
        label={t('judgeSettings.enabled')}
        description={t('judgeSettings.enabledHint')}
        disabled={disabled}
        checked={draft.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <Switch
        label={t('judgeSettings.images')}
        description={t('judgeSettings.imagesHint')}
        disabled={disabled}
        checked={draft.images}
        onChange={(event) => set({ images: event.currentTarget.checked })}
      />
      <div>
        <p className={classes.label} id={confidence}>
          {t('judgeSettings.minimumConfidence')} <b className="tabular">{percent(draft.minimumConfidence)}</b>
        </p>
        <p className={classes.hint}>{t('judgeSettings.minimumConfidenceHint')}</p>
        <Slider
          mt={10}
          thumbProps={{ 'aria-labelledby': confidence }}
          disabled={disabled}
          min={0}
          max={100}
          step={5}
          label={(value) => `${value} %`}
          value={Math.round(draft.minimumConfidence * 100)}
          onChange={(value) => set({ minimumConfidence: value / 100 })}
        />
      </div>
      <Select
        label={t('judgeSettings.structure')}
        description={t(`judgeStructures.${draft.structure}.hint`)}
        disabled={disabled}
        allowDeselect={false}
        data={(['json_schema', 'json_object', 'none'] as const).map((value) => ({
          value,
          label: t(`judgeStructures.${value}.name`),
        }))}
        value={draft.structure}
        onChange={(value) => set({ structure: (value ?? draft.structure) as JudgeDraft['structure'] })}
      />
    </Group>
  );
};

export const LimitFields = ({ draft, set, disabled }: FieldsProps) => {
  const { t } = useTranslation();
  return (
    <Group title={t('judgeSettings.groups.limits')} disabled={disabled}>
      <NumberInput
        label={t('judgeSettings.timeout')}
        description={t('judgeSettings.timeoutHint')}
        min={0.5}
        max={120}
        step={1}
        decimalScale={1}
        suffix=" s"
        value={draft.timeoutMs / 1_000}
        onChange={whenNumber((value) => set({ timeoutMs: Math.round(value * 1_000) }))}
      />
      <NumberInput
        label={t('judgeSettings.concurrency')}
        description={t('judgeSettings.concurrencyHint')}
        min={1}
        max={64}
        allowDecimal={false}
        value={draft.concurrency}
        onChange={whenNumber((concurrency) => set({ concurrency }))}
      />
      <NumberInput
        label={t('judgeSettings.requestsPerMinute')}
        description={t('judgeSettings.requestsPerMinuteHint')}
        min={1}
        max={100_000}
        allowDecimal={false}
        thousandSeparator=" "
        value={draft.requestsPerMinute}
        onChange={whenNumber((requestsPerMinute) => set({ requestsPerMinute }))}
      />
      <NumberInput
        label={t('judgeSettings.maximumOutputTokens')}
        description={t('judgeSettings.maximumOutputTokensHint')}
        min={64}
        max={8_192}
        allowDecimal={false}
        thousandSeparator=" "
        value={draft.maximumOutputTokens}
        onChange={whenNumber((maximumOutputTokens) => set({ maximumOutputTokens }))}
      />
    </Group>
  );
};

export const CostFields = ({ draft, set, disabled }: FieldsProps) => {
  const { t } = useTranslation();
  return (
    <Group title={t('judgeSettings.groups.cost')} disabled={disabled}>
      <NumberInput
        label={t('judgeSettings.inputCost')}
        description={t('judgeSettings.perMillion')}
        min={0}
        max={10_000}
        decimalScale={4}
        prefix="$"
        value={draft.inputCostPerMillion}
        onChange={whenNumber((inputCostPerMillion) => set({ inputCostPerMillion }))}
      />
      <NumberInput
        label={t('judgeSettings.outputCost')}
        description={t('judgeSettings.perMillion')}
        min={0}
        max={10_000}
        decimalScale={4}
        prefix="$"
        value={draft.outputCostPerMillion}
        onChange={whenNumber((outputCostPerMillion) => set({ outputCostPerMillion }))}
      />
      <NumberInput
        label={t('judgeSettings.dailyCost')}
        description={t('judgeSettings.dailyCostHint')}
        min={0}
        max={1_000_000}
        decimalScale={4}
        prefix="$"
        value={draft.dailyCostUsd ?? ''}
        onChange={(value) => set({ dailyCostUsd: numberFrom(value) })}
      />
    </Group>
  );
};
