import { IconCheck, IconUser } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { duration } from '../kit/format.ts';
import classes from './layer-gates.module.css';
import type { LayerStep } from './layer-steps.ts';

const Gate = ({ step }: { step: LayerStep }) => {
  const { t } = useTranslation();
  return (
    <li className={classes.gate} data-state={step.state} style={{ '--order': step.layer } as CSSProperties}>
      <span className={classes.number} aria-hidden>
        {step.state === 'settled' ? (
          <IconCheck size={16} stroke={2.6} />
        ) : step.layer === 5 ? (
          <IconUser size={16} stroke={2} />
        ) : (
          step.layer
        )}
      </span>
      <span className={classes.body}>
        <span className={classes.name}>{t(`layers.${step.layer}`)}</span>
        <span className={classes.explanation}>{step.explanation ?? t(`steps.${step.state}`)}</span>
      </span>
      {step.durationMs === null ? null : <span className={`${classes.time} tabular`}>{duration(step.durationMs)}</span>}
    </li>
  );
};

/** The five layers from cheapest to dearest; the water rises to the one that settled it. */
export const LayerGates = ({ steps }: { steps: readonly LayerStep[] }) => {
  const { t } = useTranslation();
  return (
    <ol className={classes.gates} aria-label={t('tryIt.layers')}>
      {steps.map((step) => (
        <Gate key={step.layer} step={step} />
      ))}
    </ol>
  );
};
