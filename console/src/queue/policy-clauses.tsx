import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { Panel } from '../kit/panel.tsx';
import classes from './policy-clauses.module.css';

type Clause = ReviewTaskDetail['policy'][number];

const knownVerdicts = ['violates', 'allowed', 'borderline'] as const;
const isKnown = (verdict: string): verdict is (typeof knownVerdicts)[number] =>
  (knownVerdicts as readonly string[]).includes(verdict);

const ClauseView = ({ clause, open }: { clause: Clause; open: boolean }) => {
  const { t } = useTranslation();
  return (
    <details className={classes.clause} open={open}>
      <summary className={classes.summary}>
        <span className={classes.number}>{clause.clause}</span> {clause.title}
      </summary>
      <p className={classes.text}>{clause.text}</p>
      {clause.examples.length === 0 ? null : (
        <ul className={classes.examples} aria-label={t('clauses.examples')}>
          {clause.examples.map((example) => (
            <li key={example.text} data-verdict={example.verdict}>
              <span className={classes.verdict}>
                {isKnown(example.verdict) ? t(`verdicts.${example.verdict}`) : example.verdict}
              </span>
              <span dir="auto">{example.text}</span>
              {example.because === undefined ? null : <span className={classes.because}>{example.because}</span>}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
};

/** The policy's own words for the categories in play, with examples on both sides of the line. */
export const PolicyClauses = ({ clauses }: { clauses: readonly Clause[] }) => {
  const { t } = useTranslation();
  if (clauses.length === 0) return null;
  return (
    <Panel title={t('clauses.title')}>
      {clauses.map((clause, index) => (
        <ClauseView key={clause.category} clause={clause} open={index === 0} />
      ))}
    </Panel>
  );
};
