import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { AssessmentList } from '../kit/decision/assessment-list.tsx';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import { Panel } from '../kit/panel.tsx';
import classes from './machine-view.module.css';

/** What the machine thought, and why it wants a person. */
export const MachineView = ({ task }: { task: ReviewTaskDetail }) => {
  const { t } = useTranslation();
  const { decision } = task;
  return (
    <Panel title={t('desk.machine')} aside={<OutcomeBadge outcome={decision.outcome} />}>
      <p className={classes.rationale}>{decision.rationale}</p>
      <AssessmentList assessments={decision.assessments} />
    </Panel>
  );
};
