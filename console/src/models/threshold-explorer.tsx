import { Button, NumberInput, RangeSlider } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabelReport } from '#contracts/models.ts';
import { humanise, score } from '../kit/format.ts';
import { whenNumber } from '../kit/number-from.ts';
import { Panel } from '../kit/panel.tsx';
import { activePolicyQuery } from '../policy/policy-queries.ts';
import { consequenceOf, curveAt, type Thresholds } from './consequence.ts';
import { ConsequenceTable } from './consequence-table.tsx';
import { share } from './figures.ts';
import classes from './models.module.css';
import { ThresholdChart } from './threshold-chart.tsx';
import { useOdds } from './use-odds.ts';

interface ThresholdExplorerProps {
  readonly report: LabelReport;
  /** Whether another share of violating posts may be tried: not where the data is the platform's own. */
  readonly anyBaseRate: boolean;
}

/** Where the policy has no thresholds for the label. */
const elsewhere: Thresholds = { review: 0.5, remove: 0.9 };

/** Moves the thresholds of a label, and says what that would do, before anybody moves them for real. */
export const ThresholdExplorer = ({ report, anyBaseRate }: ThresholdExplorerProps) => {
  const { t } = useTranslation();
  const odds = useOdds();
  const { data: policy } = useQuery(activePolicyQuery);
  const [chosen, setChosen] = useState<Thresholds | null>(null);
  const [baseRate, setBaseRate] = useState(report.baseRate);
  const category = policy?.document.categories[report.label];
  const now: Thresholds | null = category === undefined ? null : { review: category.review, remove: category.remove };
  const moved = chosen ?? now ?? elsewhere;
  const settings = { baseRate, removesAlone: category === undefined || category.automation.remove === 'auto' };
  const consequence = consequenceOf(report, moved, settings);
  const label = humanise(report.label);
  const { found, flaggedWrong, people } = consequence;
  return (
    <Panel
      title={t('models.explore.title', { label })}
      aside={
        <Button
          variant="default"
          size="xs"
          disabled={chosen === null}
          onClick={() => {
            setChosen(null);
            setBaseRate(report.baseRate);
          }}
        >
          {t('models.explore.reset')}
        </Button>
      }
    >
      <p className={classes.sentence} aria-live="polite">
        {t('models.explore.sentence', {
          at: score(moved.review),
          found: found === null ? t('models.explore.unknown') : share(found),
          wrong: flaggedWrong === null ? t('models.odds.none') : odds(flaggedWrong),
          people: share(people),
        })}
      </p>
      <div className={classes.explorer}>
        <div className={classes.chartSide}>
          <ThresholdChart label={label} curve={curveAt(report, baseRate)} now={now} moved={moved} />
          <div className={classes.slider}>
            <RangeSlider
              min={0}
              max={1}
              step={0.01}
              minRange={0}
              value={[moved.review, moved.remove]}
              onChange={([review, remove]) => setChosen({ review, remove })}
              label={score}
              thumbSize={20}
              color="tide"
              thumbFromLabel={t('thresholds.reviewOf', { category: label })}
              thumbToLabel={t('thresholds.removeOf', { category: label })}
              thumbValueText={score}
            />
          </div>
          <p className={classes.hint}>
            {t('models.explore.move')}
            {anyBaseRate ? ` ${t('models.explore.harder')}` : ''}
          </p>
        </div>
        <div className={classes.figures}>
          {anyBaseRate ? (
            <NumberInput
              label={t('models.explore.baseRate')}
              description={t('models.explore.baseRateHint')}
              suffix=" %"
              min={0.1}
              max={50}
              step={0.5}
              decimalScale={1}
              clampBehavior="blur"
              value={Number((baseRate * 100).toFixed(1))}
              onChange={whenNumber((value) => {
                if (value > 0 && value <= 50) setBaseRate(value / 100);
              })}
            />
          ) : null}
          <ConsequenceTable
            report={report}
            now={
              now === null || chosen === null
                ? null
                : { thresholds: now, consequence: consequenceOf(report, now, settings) }
            }
            moved={{ thresholds: moved, consequence }}
          />
          {category === undefined ? (
            <p className={classes.hint}>{t('models.explore.notInPolicy', { label })}</p>
          ) : (
            <p className={classes.hint}>
              {settings.removesAlone ? t('models.explore.removesAlone') : t('models.explore.removesNot')}{' '}
              <Link to="/policy/{-$tab}" params={{ tab: 'categories' }}>
                {t('models.explore.toPolicy')}
              </Link>
            </p>
          )}
        </div>
      </div>
    </Panel>
  );
};
