import { useTranslation } from 'react-i18next';
import type { TrialAnswer } from '#contracts/items-api.ts';
import { CategoryTags } from '../kit/category-tag.tsx';
import { humanise } from '../kit/format.ts';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import classes from './verdict-summary.module.css';

/** The decision in one look: the outcome, where and why it stopped, and how sure it is. */
export const VerdictSummary = ({ decision }: { decision: TrialAnswer['decision'] }) => {
  const { t, i18n } = useTranslation();
  const shown = t(`displays.${decision.display}`);
  // The badge says it already.
  const besides = decision.actions.filter((action) => action !== 'remove');
  const stop = `stops.${decision.stopReason}`;
  return (
    <section className={classes.verdict} data-outcome={decision.outcome} aria-label={t('tryIt.verdict')}>
      <div className={classes.first}>
        <OutcomeBadge outcome={decision.outcome} size="lg" />
        {shown === t(`outcomes.${decision.outcome}`) ? null : (
          <span className={classes.display}>{t('tryIt.shownAs', { display: shown })}</span>
        )}
        <span className={`${classes.confidence} tabular`}>
          {t('tryIt.confidence', { percent: Math.round(decision.confidence * 100) })}
        </span>
      </div>
      <p className={classes.rationale}>{decision.rationale}</p>
      <p className={classes.stop}>
        {t('tryIt.settledBy', { layer: decision.layer, name: t(`layers.${decision.layer as 1 | 2 | 3 | 4 | 5}`) })}{' '}
        {i18n.exists(stop) ? i18n.t(stop as 'stops.all_clear') : humanise(decision.stopReason)}{' '}
        {t('tryIt.policyVersion', { version: decision.policyVersion })}
      </p>
      {decision.categories.length === 0 && besides.length === 0 ? null : (
        <p className={classes.tags}>
          <CategoryTags categories={decision.categories} limit={6} />
          {besides.length === 0 ? null : (
            <span className="soft">{t('tryIt.actions', { actions: besides.map(humanise).join(', ') })}</span>
          )}
        </p>
      )}
    </section>
  );
};
