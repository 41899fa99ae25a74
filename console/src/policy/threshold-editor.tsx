import { NumberInput, RangeSlider } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { score } from '../kit/format.ts';
import { whenNumber } from '../kit/number-from.ts';
import classes from './threshold-editor.module.css';

interface ThresholdEditorProps {
  readonly label: string;
  readonly review: number;
  readonly remove: number;
  readonly disabled: boolean;
  readonly onChange: (change: { review?: number; remove?: number }) => void;
}

const probability = {
  min: 0,
  max: 1,
  step: 0.01,
  decimalScale: 2,
  fixedDecimalScale: true,
  clampBehavior: 'strict',
} as const;

/** The two marks of a category: by hand on the scale, or by number. */
export const ThresholdEditor = ({ label, review, remove, disabled, onChange }: ThresholdEditorProps) => {
  const { t } = useTranslation();
  return (
    <div className={classes.editor}>
      <div className={classes.scale} style={{ '--remove': remove } as CSSProperties}>
        <RangeSlider
          min={0}
          max={1}
          step={0.01}
          minRange={0}
          value={[review, remove]}
          onChange={([low, high]) => onChange({ review: low, remove: high })}
          disabled={disabled}
          label={score}
          size="lg"
          thumbSize={22}
          classNames={{ track: classes.track, bar: classes.bar, thumb: classes.thumb }}
          thumbFromLabel={t('thresholds.reviewOf', { category: label })}
          thumbToLabel={t('thresholds.removeOf', { category: label })}
          thumbValueText={score}
        />
        <div className={classes.zones} aria-hidden>
          <span style={{ width: `${review * 100}%` }}>{review > 0.12 ? t('thresholds.clear') : ''}</span>
          <span style={{ width: `${(remove - review) * 100}%` }} data-zone="review">
            {remove - review > 0.1 ? t('thresholds.person') : ''}
          </span>
          <span style={{ width: `${(1 - remove) * 100}%` }} data-zone="remove">
            {1 - remove > 0.1 ? t('thresholds.removed') : ''}
          </span>
        </div>
      </div>
      <NumberInput
        label={t('thresholds.review')}
        w={110}
        {...probability}
        value={review}
        disabled={disabled}
        onChange={whenNumber((value) => onChange({ review: value }))}
      />
      <NumberInput
        label={t('thresholds.remove')}
        w={110}
        {...probability}
        value={remove}
        disabled={disabled}
        onChange={whenNumber((value) => onChange({ remove: value }))}
      />
    </div>
  );
};
