import { ActionIcon, Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Effect } from '#contracts/signal.ts';
import { humanise } from '../kit/format.ts';
import { whenNumber } from '../kit/number-from.ts';
import classes from './effects-editor.module.css';

const kinds = ['score', 'label', 'route', 'hold', 'act', 'prioritise'] as const;

const blank = (kind: Effect['kind'], category: string): Effect => {
  switch (kind) {
    case 'score':
      return { kind, category, score: 0.8 };
    case 'label':
      return { kind, label: 'noted' };
    case 'route':
      return { kind, queue: 'default' };
    case 'hold':
      return { kind };
    case 'act':
      return { kind, outcome: 'remove', category };
    case 'prioritise':
      return { kind, by: 10 };
  }
};

interface EffectFieldsProps {
  readonly effect: Effect;
  readonly categories: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (effect: Effect) => void;
}

const EffectFields = ({ effect, categories, disabled, onChange }: EffectFieldsProps) => {
  const { t } = useTranslation();
  const options = categories.map((value) => ({ value, label: humanise(value) }));
  const any = [{ value: '', label: t('effects.noCategory') }, ...options];
  switch (effect.kind) {
    case 'score':
      return (
        <>
          <NativeSelect
            aria-label={t('terms.category')}
            disabled={disabled}
            data={options}
            value={effect.category}
            onChange={(event) => onChange({ ...effect, category: event.currentTarget.value })}
          />
          <NumberInput
            aria-label={t('effects.score')}
            w={100}
            min={0}
            max={1}
            step={0.05}
            decimalScale={2}
            disabled={disabled}
            value={effect.score}
            onChange={whenNumber((value) => onChange({ ...effect, score: value }))}
          />
        </>
      );
    case 'label':
      return (
        <TextInput
          aria-label={t('effects.label')}
          disabled={disabled}
          value={effect.label}
          onChange={(event) => onChange({ ...effect, label: event.currentTarget.value })}
        />
      );
    case 'route':
      return (
        <>
          <TextInput
            aria-label={t('effects.queue')}
            disabled={disabled}
            value={effect.queue}
            onChange={(event) => onChange({ ...effect, queue: event.currentTarget.value })}
          />
          <NativeSelect
            aria-label={t('terms.category')}
            disabled={disabled}
            data={any}
            value={effect.category ?? ''}
            onChange={(event) => {
              const category = event.currentTarget.value;
              onChange({ kind: 'route', queue: effect.queue, ...(category === '' ? {} : { category }) });
            }}
          />
        </>
      );
    case 'hold':
      return null;
    case 'act':
      return (
        <>
          <NativeSelect
            aria-label={t('effects.outcome')}
            disabled={disabled}
            data={[
              { value: 'remove', label: t('outcomes.remove') },
              { value: 'approve', label: t('outcomes.approve') },
            ]}
            value={effect.outcome}
            onChange={(event) =>
              onChange({ ...effect, outcome: event.currentTarget.value === 'approve' ? 'approve' : 'remove' })
            }
          />
          <NativeSelect
            aria-label={t('terms.category')}
            disabled={disabled}
            data={any}
            value={effect.category ?? ''}
            onChange={(event) => {
              const { category: _, ...rest } = effect;
              const category = event.currentTarget.value;
              onChange(category === '' ? rest : { ...rest, category });
            }}
          />
        </>
      );
    case 'prioritise':
      return (
        <NumberInput
          aria-label={t('effects.by')}
          w={110}
          min={-100}
          max={100}
          disabled={disabled}
          value={effect.by}
          onChange={whenNumber((value) => onChange({ ...effect, by: value }))}
        />
      );
  }
};

interface EffectsEditorProps {
  readonly effects: readonly Effect[];
  readonly categories: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (effects: Effect[]) => void;
}

/** What a rule asks for when it holds. */
export const EffectsEditor = ({ effects, categories, disabled, onChange }: EffectsEditorProps) => {
  const { t } = useTranslation();
  const first = categories[0] ?? 'spam';
  return (
    <>
      <ul className={classes.list}>
        {effects.map((effect, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: effects have no id; their place is their identity
          <li key={index} className={classes.row}>
            <NativeSelect
              aria-label={t('effects.kind')}
              disabled={disabled}
              data={kinds.map((kind) => ({ value: kind, label: t(`effects.kinds.${kind}`) }))}
              value={effect.kind}
              onChange={(event) => {
                const kind = event.currentTarget.value as Effect['kind'];
                onChange(effects.map((other, at) => (at === index ? blank(kind, first) : other)));
              }}
            />
            <EffectFields
              effect={effect}
              categories={categories}
              disabled={disabled}
              onChange={(next) => onChange(effects.map((other, at) => (at === index ? next : other)))}
            />
            {disabled || effects.length === 1 ? null : (
              <ActionIcon
                color="gray"
                aria-label={t('effects.remove', { number: index + 1 })}
                onClick={() => onChange(effects.filter((_, at) => at !== index))}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {disabled ? null : (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => onChange([...effects, blank('label', first)])}
        >
          {t('effects.add')}
        </Button>
      )}
    </>
  );
};
