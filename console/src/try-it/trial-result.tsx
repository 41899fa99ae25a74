import { Skeleton } from '@mantine/core';
import { IconRipple } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AssessmentList } from '../kit/decision/assessment-list.tsx';
import { SignalCard } from '../kit/decision/signal-card.tsx';
import { EmptyState } from '../kit/empty-state.tsx';
import { findingsOf } from '../kit/evidence-segments.ts';
import { EvidenceText } from '../kit/evidence-text.tsx';
import { Panel } from '../kit/panel.tsx';
import classes from './trial-result.module.css';
import type { Trial } from './use-trial.ts';
import { VerdictSummary } from './verdict-summary.tsx';

/** The answer of a trial: what is decided, the text with what was found in it, scores, and every signal. */
export const TrialResult = ({ trial }: { trial: Trial }) => {
  const { t } = useTranslation();
  if (trial.state === 'idle') {
    return (
      <Panel>
        <EmptyState icon={IconRipple} title={t('tryIt.idleTitle')} text={t('tryIt.idleText')} />
      </Panel>
    );
  }
  if (trial.answer === null) {
    return trial.state === 'failed' ? null : (
      <Panel>
        <Skeleton height={26} width="40%" mb="md" />
        <Skeleton height={14} mb="xs" />
        <Skeleton height={14} width="80%" />
      </Panel>
    );
  }
  const { decision, trace } = trial.answer;
  return (
    <>
      <VerdictSummary decision={decision} />
      <Panel title={t('tryIt.textTitle')}>
        <p className={classes.text}>
          <EvidenceText text={trial.text} findings={findingsOf(trace, 'body')} />
        </p>
      </Panel>
      <Panel title={t('tryIt.scores')}>
        <AssessmentList assessments={decision.assessments} />
      </Panel>
      <Panel title={t('tryIt.signals')} aside={<span className="soft">{t('tryIt.notStored')}</span>}>
        <div className={classes.signals}>
          {trace.map((signal) => (
            <SignalCard key={`${signal.detector}${signal.partId ?? ''}`} signal={signal} />
          ))}
        </div>
      </Panel>
    </>
  );
};
