import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { AssessmentList } from '../kit/decision/assessment-list.tsx';
import { HashMatches } from '../kit/decision/hash-matches.tsx';
import { ImageScores } from '../kit/decision/image-scores.tsx';
import { JudgePanel } from '../kit/judges/judge-panel.tsx';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import { Panel } from '../kit/panel.tsx';
import { hashMatchesOf, imageScoresOf } from '../kit/picture/picture-evidence.ts';
import { useMay } from '../session/use-session.ts';
import classes from './machine-view.module.css';

/** What the machine thought, and why it wants a person. */
export const MachineView = ({ task }: { task: ReviewTaskDetail }) => {
  const { t } = useTranslation();
  const { decision } = task;
  const mayReadBanks = useMay('readBanks');
  const pictures = task.media.flatMap(({ partId }) => imageScoresOf(decision.trace, partId));
  return (
    <>
      <Panel title={t('desk.machine')} aside={<OutcomeBadge outcome={decision.outcome} />}>
        <p className={classes.rationale}>{decision.rationale}</p>
        <AssessmentList assessments={decision.assessments} />
      </Panel>
      <HashMatches matches={hashMatchesOf(decision.trace)} linked={mayReadBanks} />
      {pictures.length === 0 ? null : <ImageScores scores={pictures} />}
      <JudgePanel trace={decision.trace} layers={new Set(decision.facts.layers.map(({ layer }) => layer))} />
    </>
  );
};
