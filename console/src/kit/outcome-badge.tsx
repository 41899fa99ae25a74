import { IconCircleCheck, IconCircleX, IconClockPause, IconEyeQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Outcome } from '#contracts/decision.ts';
import classes from './outcome-badge.module.css';

const symbols = { approve: IconCircleCheck, review: IconEyeQuestion, hold: IconClockPause, remove: IconCircleX };

export const isOutcome = (value: string): value is Outcome => value in symbols;

/** An outcome by word, sign and colour. */
export const OutcomeBadge = ({ outcome, size = 'sm' }: { outcome: Outcome; size?: 'sm' | 'lg' }) => {
  const { t } = useTranslation();
  const Glyph = symbols[outcome];
  return (
    <span className={classes.badge} data-outcome={outcome} data-size={size}>
      <Glyph size={size === 'lg' ? 18 : 15} stroke={2} aria-hidden />
      {t(`outcomes.${outcome}`)}
    </span>
  );
};
