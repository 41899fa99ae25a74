import { IconEqual, IconEqualNot } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JudgeTier } from '#contracts/judge.ts';
import type { Signal } from '#contracts/signal.ts';
import { CategoryTag } from '../category-tag.tsx';
import { dollars, duration, humanise, percent, score } from '../format.ts';
import { isOutcome, OutcomeBadge } from '../outcome-badge.tsx';
import { Panel } from '../panel.tsx';
import { agreementOf, type JudgeOpinion, judgeLayers, judgeOpinionsOf } from './judge-opinions.ts';
import classes from './judge-panel.module.css';

const Verdict = ({ opinion }: { opinion: JudgeOpinion }) => {
  const { t } = useTranslation();
  if (opinion.status === 'answered' && opinion.decision !== null) {
    return isOutcome(opinion.decision) ? (
      <OutcomeBadge outcome={opinion.decision} />
    ) : (
      <span className={classes.verdict}>{humanise(opinion.decision)}</span>
    );
  }
  return (
    <span className={classes.verdict} data-status={opinion.status}>
      {t(`judges.status.${opinion.status}`)}
    </span>
  );
};

const Opinion = ({ opinion }: { opinion: JudgeOpinion }) => {
  const { t } = useTranslation();
  const { tier, confidence, suggestedAction, rationale, model, prompt, categories, reason } = opinion;
  const meta = [
    ...(model === null ? [] : [model]),
    ...(prompt === null ? [] : [t('judges.prompt', { prompt })]),
    duration(opinion.durationMs),
    ...(opinion.costUsd > 0 ? [dollars(opinion.costUsd)] : []),
    ...(opinion.reused ? [t('judges.reused')] : []),
  ];
  return (
    <li className={classes.opinion} data-status={opinion.status}>
      <div className={classes.head}>
        <h3 className={classes.name}>{t(`judges.tiers.${tier}`)}</h3>
        <Verdict opinion={opinion} />
        {confidence === null ? null : (
          <span className={`${classes.confidence} tabular`}>
            {t('judges.confident', { share: percent(confidence) })}
          </span>
        )}
      </div>
      {reason === null ? null : <p className={classes.reason}>{reason}</p>}
      {categories.length === 0 ? null : (
        <p className={classes.categories}>
          {categories.slice(0, 4).map(({ category, score: value }) => (
            <span key={category} className={classes.category}>
              <CategoryTag category={category} /> <b className="tabular">{score(value)}</b>
            </span>
          ))}
        </p>
      )}
      {rationale === null ? null : (
        <figure className={classes.words}>
          <figcaption>{t('judges.words')}</figcaption>
          <blockquote dir="auto">{rationale}</blockquote>
        </figure>
      )}
      {suggestedAction === null ? null : (
        <p className={classes.line}>{t('judges.suggests', { action: humanise(suggestedAction) })}</p>
      )}
      <p className={classes.meta}>{meta.join(' · ')}</p>
    </li>
  );
};

const Agreement = ({ opinions }: { opinions: readonly JudgeOpinion[] }) => {
  const { t } = useTranslation();
  const agreement = agreementOf(opinions);
  if (agreement === null) return null;
  const Glyph = agreement === 'agree' ? IconEqual : IconEqualNot;
  return (
    <span className={classes.agreement} data-agreement={agreement}>
      <Glyph size={16} stroke={2} aria-hidden />
      {t(`judges.${agreement}`)}
    </span>
  );
};

interface JudgePanelProps {
  readonly trace: readonly Signal[];
  /** The layers that the installation had when it decided; 3 is the small model, 4 the large one. */
  readonly layers: ReadonlySet<number>;
}

/** What the language models said, side by side; and why a model said nothing. */
export const JudgePanel = ({ trace, layers }: JudgePanelProps) => {
  const { t } = useTranslation();
  const opinions = judgeOpinionsOf(trace);
  const silent = (['small', 'large'] as const).filter(
    (tier: JudgeTier) => !opinions.some((opinion) => opinion.tier === tier),
  );
  if (opinions.length === 0 && !layers.has(3) && !layers.has(4)) {
    return (
      <Panel title={t('judges.title')}>
        <p className={classes.silent}>{t('judges.none')}</p>
      </Panel>
    );
  }
  return (
    <Panel title={t('judges.title')} aside={<Agreement opinions={opinions} />}>
      {opinions.length === 0 ? null : (
        <ul className={classes.list}>
          {opinions.map((opinion) => (
            <Opinion key={opinion.tier} opinion={opinion} />
          ))}
        </ul>
      )}
      {silent.map((tier) => (
        <p key={tier} className={classes.silent}>
          {t(layers.has(judgeLayers[tier]) ? `judges.notAsked.${tier}` : `judges.notThere.${tier}`)}
        </p>
      ))}
    </Panel>
  );
};
