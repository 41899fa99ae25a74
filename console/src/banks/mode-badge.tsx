import { useTranslation } from 'react-i18next';
import type { HashBank } from '#contracts/hash-bank.ts';
import classes from './banks.module.css';

/** Whether a bank acts, only watches, or is not asked. */
export const ModeBadge = ({ mode }: { mode: HashBank['mode'] }) => {
  const { t } = useTranslation();
  return (
    <span className={classes.mode} data-mode={mode}>
      {t(`bankModes.${mode}.name`)}
    </span>
  );
};
