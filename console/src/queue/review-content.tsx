import { useTranslation } from 'react-i18next';
import { titlePartId } from '#contracts/item.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { findingsOf } from '../kit/evidence-segments.ts';
import { EvidenceText } from '../kit/evidence-text.tsx';
import { labelsInQuestion, textPieces } from '../kit/explanation/explained-parts.ts';
import { ExplanationBar } from '../kit/explanation/explanation-bar.tsx';
import { ExplanationButton } from '../kit/explanation/explanation-button.tsx';
import { useExplanation } from '../kit/explanation/use-explanation.ts';
import { Panel } from '../kit/panel.tsx';
import { PictureGallery } from '../kit/picture/picture-gallery.tsx';
import { RevealButton } from '../kit/picture/reveal-button.tsx';
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
  const { content, decision, media } = task;
  const texts = content.parts.filter((part) => part.kind === 'text');
  const hasWords = content.title !== undefined || texts.length > 0 || content.thread !== undefined;
  // What is covered is not explained either: the marks would lead the eye to it.
  const explanation = useExplanation(textPieces(content), {
    labels: labelsInQuestion(decision.assessments, decision.trace),
    group: t('desk.group'),
    active: revealed,
  });
  return (
    <Panel
      title={t('desk.content')}
      aside={
        mayReveal ? (
          <span className={classes.actions}>
            <ExplanationButton explanation={explanation} />
            <RevealButton revealed={revealed} onReveal={onReveal} />
          </span>
        ) : null
      }
    >
      {hasWords ? (
        <div className={classes.stage} data-covered={!revealed || undefined}>
          <div aria-hidden={!revealed} inert={!revealed} className={classes.material}>
            {content.title === undefined ? null : (
              <p className={classes.title}>
                <EvidenceText
                  text={content.title}
                  findings={explanation.findings(titlePartId, findingsOf(decision.trace, titlePartId))}
                />
              </p>
            )}
            {texts.map((part) => (
              <p key={part.id} className={classes.text}>
                <EvidenceText
                  text={part.text}
                  findings={explanation.findings(part.id, findingsOf(decision.trace, part.id))}
                />
              </p>
            ))}
            {content.thread === undefined ? null : <ThreadView thread={content.thread} />}
          </div>
          {revealed ? null : <p className={classes.hint}>{t('desk.covered')}</p>}
        </div>
      ) : null}
      <ExplanationBar explanation={explanation} />
      {media.length === 0 ? null : (
        <div className={classes.pictures}>
          <PictureGallery
            media={media}
            trace={decision.trace}
            revealed={revealed}
            coverText={hasWords ? t('picture.coveredToo') : t('desk.covered')}
          />
        </div>
      )}
    </Panel>
  );
};
