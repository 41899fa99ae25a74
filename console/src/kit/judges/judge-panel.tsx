import { IconEqual, IconEqualNot } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JudgeTier } from '#contracts/judge.ts';
import type { Signal } from '#contracts/signal.ts';
import { CategoryTag } from '../category-tag.tsx';
import { dollars, duration, humanise, percent } from '../format.ts';
import { Panel } from '../panel.tsx';
import { agreementOf, type JudgeOpinion, judgeLayers, judgeOpinionsOf } from './judge-opinions.ts';
import classes from './judge-panel.module.css';

const Verdict = ({ opinion }: { opinion: JudgeOpinion }) => {
  const { t } = useTranslation();
  const { status, side } = opinion;
  return (
    <span className={classes.verdict} data-status={status} data-side={side ?? undefined}>
      {side === null ? t(`judges.status.${status}`) : t(`judges.sides.${side}`)}
    </span>
  );
};

const Opinion = ({ opinion }: { opinion: JudgeOpinion }) => {
  const { t } = useTranslation();
  const { tier, side, counts, confidence, suggestedAction, rationale, model, prompt, verdicts, reason } = opinion;
  const meta = [
    ...(model === null ? [] : [model]),
    ...(prompt === null ? [] : [t('judges.prompt', { prompt })]),
    duration(opinion.durationMs),
    ...(opinion.costUsd > 0 ? [dollars(opinion.costUsd)] : []),
    ...(opinion.cached ? [t('judges.cached')] : []),
  ];
  const warnings = [
    ...(side !== null && !counts ? [t('judges.noWeight')] : []),
    ...(opinion.control === 'failed' || opinion.control === 'unanswered'
      ? [t(`judges.control.${opinion.control}`)]
      : []),
    ...(opinion.instructed ? [t('judges.instructed')] : []),
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
      {warnings.length === 0 ? null : (
        <ul className={classes.warnings}>
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {verdicts.length === 0 ? null : (
        <ul className={classes.verdicts}>
          {verdicts.map((verdict) => (
            <li key={verdict.category}>
              <CategoryTag category={verdict.category} />
              <span>{t(`judges.verdicts.${verdict.verdict}`)}</span>
              <span className="tabular soft">{verdict.confidence === null ? '' : percent(verdict.confidence)}</span>
            </li>
          ))}
        </ul>
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
