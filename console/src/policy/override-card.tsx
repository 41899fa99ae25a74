import { ActionIcon, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type TrustTier, trustTiers } from '#contracts/item.ts';
import type { PolicyDocument, PolicyOverride } from '#contracts/policy.ts';
import { humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import classes from './override-card.module.css';
import { ThresholdEditor } from './threshold-editor.tsx';

interface OverrideCardProps {
  readonly override: PolicyOverride;
  readonly policy: PolicyDocument;
  readonly disabled: boolean;
  readonly onChange: (override: PolicyOverride) => void;
  readonly onRemove: () => void;
}

const surfaces = ['comment', 'chat', 'post', 'profile', 'direct_message', 'live', 'upload', 'ai_response'];

/** `when` without the fields that name nothing: an empty list would match nothing. */
const withWhen = (override: PolicyOverride, change: PolicyOverride['when']): PolicyOverride => ({
  ...override,
  when: Object.fromEntries(
    Object.entries({ ...override.when, ...change }).filter(([, values]) => values !== undefined && values.length > 0),
  ),
});

export const OverrideCard = ({ override, policy, disabled, onChange, onRemove }: OverrideCardProps) => {
  const { t } = useTranslation();
  const unused = Object.keys(policy.categories).filter((category) => !(category in override.categories));
  const setCategory = (category: string, change: PolicyOverride['categories'][string]) =>
    onChange({
      ...override,
      categories: { ...override.categories, [category]: { ...override.categories[category], ...change } },
    });
  const dropCategory = (category: string) =>
    onChange({
      ...override,
      categories: Object.fromEntries(Object.entries(override.categories).filter(([key]) => key !== category)),
    });
  return (
    <Panel
      title={override.name}
      aside={
        disabled ? null : (
          <ActionIcon color="gray" aria-label={t('overrides.remove', { name: override.name })} onClick={onRemove}>
            <IconTrash size={17} aria-hidden />
          </ActionIcon>
        )
      }
    >
      <div className={classes.fields}>
        <TextInput
          label={t('general.name')}
          disabled={disabled}
          value={override.name}
          onChange={(event) => onChange({ ...override, name: event.currentTarget.value })}
        />
        <TagsInput
          label={t('overrides.surface')}
          disabled={disabled}
          data={surfaces}
          value={override.when.surface ?? []}
          onChange={(surface) => onChange(withWhen(override, { surface }))}
        />
        <MultiSelect
          label={t('overrides.tier')}
          disabled={disabled}
          data={trustTiers.map((tier) => ({ value: tier, label: t(`tiers.${tier}`) }))}
          value={override.when.tier ?? []}
          onChange={(tier) => onChange(withWhen(override, { tier: tier as TrustTier[] }))}
        />
        <TagsInput
          label={t('overrides.locale')}
          disabled={disabled}
          value={override.when.locale ?? []}
          onChange={(locale) => onChange(withWhen(override, { locale }))}
        />
        <Select
          label={t('general.reviewModel')}
          clearable
          disabled={disabled}
          placeholder={t('overrides.asPolicy')}
          data={(['pre_approval', 'post_flag'] as const).map((value) => ({ value, label: t(`reviewModels.${value}`) }))}
          value={override.reviewModel ?? null}
          onChange={(value) => {
            const { reviewModel: _, ...rest } = override;
            onChange(value === null ? rest : { ...rest, reviewModel: value as 'pre_approval' | 'post_flag' });
          }}
        />
      </div>
      {Object.entries(override.categories).map(([category, change]) => {
        const base = policy.categories[category];
        return (
          <div key={category} className={classes.category}>
            <span className={classes.name}>{humanise(category)}</span>
            <ThresholdEditor
              label={`${override.name}, ${humanise(category)}`}
              review={change.review ?? base?.review ?? 0}
              remove={change.remove ?? base?.remove ?? 1}
              disabled={disabled}
              onChange={(next) => setCategory(category, next)}
            />
            {disabled ? null : (
              <ActionIcon
                color="gray"
                aria-label={t('overrides.removeCategory', { category: humanise(category), name: override.name })}
                onClick={() => dropCategory(category)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </div>
        );
      })}
      {disabled || unused.length === 0 ? null : (
        <Select
          mt="lg"
          w={260}
          aria-label={t('overrides.addCategory')}
          placeholder={t('overrides.addCategory')}
          data={unused.map((value) => ({ value, label: humanise(value) }))}
          value={null}
          onChange={(category) => {
            const base = category === null ? undefined : policy.categories[category];
            if (category !== null && base !== undefined)
              setCategory(category, { review: base.review, remove: base.remove });
          }}
        />
      )}
    </Panel>
  );
};
