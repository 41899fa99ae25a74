import { Tooltip } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { score } from './format.ts';
import classes from './score-bar.module.css';

interface ScoreBarProps {
  /** Accessible name: the category as people read it. */
  readonly label: string;
  readonly value: number | null;
  /** Thresholds, 0..1: from `review` a person looks, from `remove` it is removed. */
  readonly review: number;
  readonly remove: number;
}

const zoneOf = (value: number, review: number, remove: number): 'clear' | 'review' | 'remove' =>
  value >= remove ? 'remove' : value >= review ? 'review' : 'clear';

/** A probability against its two thresholds: the water against the gate's marks. */
export const ScoreBar = ({ label, value, review, remove }: ScoreBarProps) => {
  const { t } = useTranslation();
  const zone = value === null ? 'none' : zoneOf(value, review, remove);
  const style = { '--value': value ?? 0, '--review': review, '--remove': remove } as CSSProperties;
  const thresholds = t('score.thresholds', { review: score(review), remove: score(remove) });
  return (
    <Tooltip label={thresholds} openDelay={400}>
      {/* biome-ignore lint/a11y/useSemanticElements: a meter element cannot be drawn like this */}
      <div
        className={classes.track}
        style={style}
        data-zone={zone}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={value ?? 0}
        aria-valuetext={
          value === null
            ? t('score.none')
            : `${score(value)}, ${t(`score.${zoneOf(value, review, remove)}`)}; ${thresholds}`
        }
      >
        <span className={classes.between} />
        <span className={classes.beyond} />
        <span className={classes.fill} />
        <span className={classes.mark} style={{ '--at': review } as CSSProperties} data-kind="review" />
        <span className={classes.mark} style={{ '--at': remove } as CSSProperties} data-kind="remove" />
      </div>
    </Tooltip>
  );
};
