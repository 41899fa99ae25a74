import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Assessment } from '#contracts/decision.ts';
import { CategoryTag } from '../category-tag.tsx';
import { humanise, score } from '../format.ts';
import { ScoreBar } from '../score-bar.tsx';
import classes from './assessment-list.module.css';
import { ContributionTable } from './contribution-table.tsx';

const weight = (assessment: Assessment): number => assessment.probability ?? -1;

const Row = ({ assessment }: { assessment: Assessment }) => {
  const { t } = useTranslation();
  const { category, probability, review, remove } = assessment;
  return (
    <li className={classes.item}>
      <details className={classes.details}>
        <summary className={classes.row}>
          <IconChevronRight size={15} stroke={2} className={classes.chevron} aria-hidden />
          <CategoryTag category={category} />
          <ScoreBar label={humanise(category)} value={probability} review={review} remove={remove} />
          <span className={`${classes.value} tabular`} data-status={assessment.status}>
            {probability === null ? '–' : score(probability)}
          </span>
        </summary>
        <div className={classes.more}>
          <p className={classes.status}>
            {t(`assessments.${assessment.status}`)}{' '}
            {t('score.thresholds', { review: score(review), remove: score(remove) })}
            {assessment.floor === null ? '' : ` ${t('assessments.floor', { floor: score(assessment.floor) })}`}
            {assessment.missing.length === 0
              ? ''
              : ` ${t('assessments.missing', { detectors: assessment.missing.join(', ') })}`}
          </p>
          {assessment.contributions.length === 0 ? null : (
            <ContributionTable contributions={assessment.contributions} />
          )}
        </div>
      </details>
    </li>
  );
};

/** Where each category stands: the judged ones as bars, most probable first; the others named below. */
export const AssessmentList = ({ assessments }: { assessments: readonly Assessment[] }) => {
  const { t } = useTranslation();
  const judged = assessments.filter((entry) => entry.probability !== null).sort((a, b) => weight(b) - weight(a));
  const clear = assessments.filter((entry) => entry.probability === null && entry.status === 'clear');
  const unassessed = assessments.filter((entry) => entry.status === 'not_assessed');
  const unavailable = assessments.filter((entry) => entry.probability === null && entry.status === 'unavailable');
  const names = (entries: readonly Assessment[]) => entries.map((entry) => humanise(entry.category)).join(', ');
  return (
    <div className={classes.root}>
      {judged.length === 0 ? null : (
        <ul className={classes.list}>
          {judged.map((assessment) => (
            <Row key={assessment.category} assessment={assessment} />
          ))}
        </ul>
      )}
      {unavailable.length === 0 ? null : (
        <p className={classes.note} data-kind="unavailable">
          {t('assessments.unavailableNote', { categories: names(unavailable) })}
        </p>
      )}
      {clear.length === 0 ? null : (
        <p className={classes.note}>{t('assessments.clearNote', { categories: names(clear) })}</p>
      )}
      {unassessed.length === 0 ? null : (
        <p className={classes.note}>{t('assessments.notAssessedNote', { categories: names(unassessed) })}</p>
      )}
    </div>
  );
};
