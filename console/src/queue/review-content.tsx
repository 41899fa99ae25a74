import { Button } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { titlePartId } from '#contracts/item.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { findingsOf } from '../kit/evidence-segments.ts';
import { EvidenceText } from '../kit/evidence-text.tsx';
import { Panel } from '../kit/panel.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import classes from './review-content.module.css';
import { ThreadView } from './thread-view.tsx';

interface ReviewContentProps {
  readonly task: ReviewTaskDetail;
  readonly revealed: boolean;
  readonly mayReveal: boolean;
  readonly onReveal: () => void;
}

/** The item itself: covered until the reviewer decides to look, for eyes and for screen readers alike. */
export const ReviewContent = ({ task, revealed, mayReveal, onReveal }: ReviewContentProps) => {
  const { t } = useTranslation();
  const { content, decision } = task;
  return (
    <Panel
      title={t('desk.content')}
      aside={
        mayReveal ? (
          <Button
            size="compact-sm"
            variant={revealed ? 'default' : 'light'}
            onClick={onReveal}
            aria-pressed={revealed}
            leftSection={revealed ? <IconEyeOff size={15} aria-hidden /> : <IconEye size={15} aria-hidden />}
            rightSection={<Keys keys="Space" />}
          >
            {revealed ? t('desk.cover') : t('desk.reveal')}
          </Button>
        ) : null
      }
    >
      <div className={classes.stage} data-covered={!revealed || undefined}>
        <div aria-hidden={!revealed} inert={!revealed} className={classes.material}>
          {content.title === undefined ? null : (
            <p className={classes.title}>
              <EvidenceText text={content.title} findings={findingsOf(decision.trace, titlePartId)} />
            </p>
          )}
          {content.parts.map((part) => (
            <p key={part.id} className={classes.text}>
              <EvidenceText text={part.text} findings={findingsOf(decision.trace, part.id)} />
            </p>
          ))}
          {content.thread === undefined ? null : <ThreadView thread={content.thread} />}
        </div>
        {revealed ? null : <p className={classes.hint}>{t('desk.covered')}</p>}
      </div>
    </Panel>
  );
};
