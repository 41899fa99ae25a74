import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AuditVerification } from '#contracts/audit.ts';
import { count } from '../kit/format.ts';
import classes from './verification-result.module.css';

/** What the verification of the chain found. */
export const VerificationResult = ({ result }: { result: AuditVerification }) => {
  const { t } = useTranslation();
  const Glyph = result.valid ? IconShieldCheck : IconShieldX;
  return (
    <div className={classes.result} data-valid={result.valid} role={result.valid ? 'status' : 'alert'}>
      <Glyph size={26} stroke={1.6} aria-hidden />
      <div>
        <p className={classes.title}>{result.valid ? t('audit.valid') : t('audit.invalid')}</p>
        <p className={classes.text}>
          {t('audit.verified', { entries: count(result.entries), checkpoints: count(result.checkpoints) })}
        </p>
        {result.fault === null ? null : (
          <p className={classes.fault}>
            {t(`faults.${result.fault.kind}`, { sequence: result.fault.sequence })} {result.fault.explanation}
          </p>
        )}
        <p className={`${classes.hash} mono`}>{result.headHash}</p>
      </div>
    </div>
  );
};
