import { Skeleton } from '@mantine/core';
import { IconRipple } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TrialAnswer } from '#contracts/items-api.ts';
import { AssessmentList } from '../kit/decision/assessment-list.tsx';
import { HashMatches } from '../kit/decision/hash-matches.tsx';
import { ImageScores } from '../kit/decision/image-scores.tsx';
import { SignalCard } from '../kit/decision/signal-card.tsx';
import { EmptyState } from '../kit/empty-state.tsx';
import { findingsOf } from '../kit/evidence-segments.ts';
import { EvidenceText } from '../kit/evidence-text.tsx';
import { labelsInQuestion } from '../kit/explanation/explained-parts.ts';
import { ExplanationBar } from '../kit/explanation/explanation-bar.tsx';
import { ExplanationButton } from '../kit/explanation/explanation-button.tsx';
import { useExplanation } from '../kit/explanation/use-explanation.ts';
import { JudgePanel } from '../kit/judges/judge-panel.tsx';
import { Panel } from '../kit/panel.tsx';
import { hashMatchesOf, imageScoresOf } from '../kit/picture/picture-evidence.ts';
import { TrialPicturePanel } from '../kit/picture/picture-panel.tsx';
import type { PictureUpload } from '../kit/picture/use-picture-upload.ts';
import { useMay } from '../session/use-session.ts';
import classes from './trial-result.module.css';
import { picturePart, type Trial, textPart } from './use-trial.ts';
import { VerdictSummary } from './verdict-summary.tsx';

interface TrialResultProps {
  readonly trial: Trial;
  /** The picture that is chosen now, which may be another than the one that was tried. */
  readonly picture: PictureUpload | null;
  /** The layers that this installation has. */
  readonly layers: ReadonlySet<number>;
}

/** Browsers cannot show every type that Tidegate decodes. */
const shownByBrowsers = /^image\/(jpeg|png|gif|webp|avif)$/;

const TrialText = ({ text, answer: { decision, trace } }: { text: string; answer: TrialAnswer }) => {
  const { t } = useTranslation();
  const explanation = useExplanation([{ partId: textPart, text }], {
    labels: labelsInQuestion(decision.assessments, trace),
    group: t('nav.tryIt'),
  });
  return (
    <Panel title={t('tryIt.textTitle')} aside={<ExplanationButton explanation={explanation} />}>
      <p className={classes.text}>
        <EvidenceText text={text} findings={explanation.findings(textPart, findingsOf(trace, textPart))} />
      </p>
      <ExplanationBar explanation={explanation} />
    </Panel>
  );
};

/** The answer of a trial: what is decided, the content with what was found in it, scores, and every signal. */
export const TrialResult = ({ trial, picture, layers }: TrialResultProps) => {
  const { t } = useTranslation();
  const mayReadBanks = useMay('readBanks');
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
  const { text, media } = trial.content;
  const isChosen = media !== null && picture?.media?.mediaId === media.mediaId;
  return (
    <>
      <VerdictSummary decision={decision} />
      {text.trim() === '' ? null : <TrialText text={text} answer={trial.answer} />}
      {media === null ? null : (
        <TrialPicturePanel
          key={media.mediaId}
          trace={trace}
          picture={{
            partId: picturePart,
            width: media.width,
            height: media.height,
            preview: `/v1/media/${media.mediaId}/preview`,
            absence: null,
            ...(isChosen && shownByBrowsers.test(media.type) ? { local: picture.address } : {}),
          }}
        />
      )}
      <HashMatches matches={hashMatchesOf(trace)} linked={mayReadBanks} />
      <ImageScores scores={imageScoresOf(trace, picturePart)} />
      <Panel title={t('tryIt.scores')}>
        <AssessmentList assessments={decision.assessments} />
      </Panel>
      {layers.has(3) || layers.has(4) ? <JudgePanel trace={trace} layers={layers} /> : null}
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
