import { useTranslation } from 'react-i18next';
import type { Decision } from '#contracts/decision.ts';
import type { Signal } from '#contracts/signal.ts';
import { CategoryTags } from '../kit/category-tag.tsx';
import { AssessmentList } from '../kit/decision/assessment-list.tsx';
import { HashMatches } from '../kit/decision/hash-matches.tsx';
import { ImageScores } from '../kit/decision/image-scores.tsx';
import { SignalCard } from '../kit/decision/signal-card.tsx';
import { duration, humanise } from '../kit/format.ts';
import { JudgePanel } from '../kit/judges/judge-panel.tsx';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import { Panel } from '../kit/panel.tsx';
import { hashMatchesOf, imageScoresOf } from '../kit/picture/picture-evidence.ts';
import { useMay } from '../session/use-session.ts';
import classes from './decision-view.module.css';

const machineLayers = [1, 2, 3, 4] as const;

const LayerSignals = ({ layer, signals }: { layer: 1 | 2 | 3 | 4; signals: readonly Signal[] }) => {
  const { t } = useTranslation();
  const slowest = Math.max(0, ...signals.map((signal) => signal.durationMs));
  return (
    <section>
      <h3 className={classes.layer}>
        {t('item.layer', { layer, name: t(`layers.${layer}`) })}
        <span className={`${classes.time} tabular`}>{duration(slowest)}</span>
      </h3>
      <div className={classes.signals}>
        {signals.map((signal, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a trace is a record and never changes its order
          <SignalCard key={index} signal={signal} />
        ))}
      </div>
    </section>
  );
};

/** One decision as it was recorded: verdict, categories, and every signal by layer. */
export const DecisionView = ({ decision }: { decision: Decision }) => {
  const { t, i18n } = useTranslation();
  const mayReadBanks = useMay('readBanks');
  const images = decision.facts.partKinds
    .filter(({ kind }) => kind === 'image')
    .flatMap(({ id }) => imageScoresOf(decision.trace, id));
  const stop = `stops.${decision.stopReason}`;
  const facts: readonly (readonly [string, string])[] = [
    [t('item.confidence'), `${Math.round(decision.confidence * 100)} %`],
    [t('item.settledIn'), t(`layers.${decision.layer as 1 | 2 | 3 | 4 | 5}`)],
    [t('item.policy'), t('item.policyNumber', { version: decision.policyVersion })],
    [t('item.latency'), duration(decision.latencyMs)],
    [t('item.tier'), t(`tiers.${decision.facts.tier}`)],
    [t('item.actions'), decision.actions.length === 0 ? t('item.none') : decision.actions.map(humanise).join(', ')],
    ...(decision.labels.length === 0 ? [] : [[t('item.labels'), decision.labels.map(humanise).join(', ')] as const]),
    ...(decision.queue === null ? [] : [[t('item.queue'), humanise(decision.queue)] as const]),
  ];
  return (
    <>
      <Panel title={t('item.why')} aside={<OutcomeBadge outcome={decision.outcome} size="lg" />}>
        <p className={classes.rationale}>{decision.rationale}</p>
        <p className={classes.stop}>
          {i18n.exists(stop) ? i18n.t(stop as 'stops.all_clear') : humanise(decision.stopReason)}
        </p>
        {decision.categories.length === 0 ? null : <CategoryTags categories={decision.categories} limit={8} />}
        <dl className={classes.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Panel title={t('item.scores')}>
        <AssessmentList assessments={decision.assessments} />
      </Panel>
      <HashMatches matches={hashMatchesOf(decision.trace)} linked={mayReadBanks} />
      <ImageScores scores={images} />
      <JudgePanel trace={decision.trace} layers={new Set(decision.facts.layers.map(({ layer }) => layer))} />
      <Panel title={t('item.trace')}>
        <div className={classes.layers}>
          {machineLayers.map((layer) => {
            const signals = decision.trace.filter((signal) => signal.layer === layer);
            return signals.length === 0 ? null : <LayerSignals key={layer} layer={layer} signals={signals} />;
          })}
          {decision.trace.length === 0 ? <p className={classes.stop}>{t('item.noTrace')}</p> : null}
        </div>
      </Panel>
    </>
  );
};
