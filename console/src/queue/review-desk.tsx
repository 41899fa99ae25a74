import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReviewDecision, ReviewTaskDetail } from '#contracts/review.ts';
import { humanise } from '../kit/format.ts';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import { useMay } from '../session/use-session.ts';
import { ClaimNotice } from './claim-notice.tsx';
import { DecisionBar, type DeskMode } from './decision-bar.tsx';
import { DeskAside } from './desk-aside.tsx';
import { DeskHeader } from './desk-header.tsx';
import { MachineView } from './machine-view.tsx';
import { decideTask, logReveal, type SkipReason, skipTask } from './review-commands.ts';
import { ReviewContent } from './review-content.tsx';
import classes from './review-desk.module.css';
import { useClaim } from './use-claim.ts';

/** Everything a reviewer needs for one task, on one screen and under one hand. */
export const ReviewDesk = ({ task, onNext }: { task: ReviewTaskDetail; onNext: () => void }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayReview = useMay('review');
  const { held, error: claimError, claim, extend, settle } = useClaim(task);
  const [mode, setMode] = useState<DeskMode>('idle');
  const [revealed, setRevealed] = useState(false);
  const logged = useRef(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const noteField = useRef<HTMLTextAreaElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const leave = () => {
    settle();
    void client.invalidateQueries({ queryKey: ['items'] });
    onNext();
  };
  const decide = useMutation({
    mutationFn: (decision: ReviewDecision) => decideTask(task.id, decision),
    onSuccess: (_, decision) => {
      notifications.show({
        color: decision.outcome === 'remove' ? 'coral' : 'tide',
        title: t(`desk.done.${decision.outcome}`),
        message: decision.categories.length === 0 ? t('desk.recorded') : decision.categories.map(humanise).join(', '),
      });
      leave();
    },
  });
  const skip = useMutation({
    mutationFn: (reason: SkipReason) => skipTask(task.id, reason),
    onSuccess: () => {
      notifications.show({ message: t('desk.done.skip') });
      leave();
    },
  });

  const reveal = () => {
    setRevealed((before) => !before);
    if (logged.current) return;
    logged.current = true;
    logReveal(task.id).catch((failure: Error) => {
      // What is not on record must not be seen.
      logged.current = false;
      setRevealed(false);
      notifications.show({ color: 'coral', title: t('desk.revealFailed'), message: failure.message });
    });
  };
  const open = (next: DeskMode) => {
    decide.reset();
    skip.reset();
    setMode(next);
  };
  const group = t('desk.group');
  const acting = held && mayReview;
  useShortcut({ keys: 'Space', label: t('desk.reveal'), group, active: mayReview, run: reveal });
  useShortcut({ keys: 'b', label: t('desk.reveal'), group, active: mayReview, run: reveal });
  useShortcut({ keys: 'a', label: t('desk.approve'), group, active: acting, run: () => open('approve') });
  useShortcut({ keys: 'r', label: t('desk.remove'), group, active: acting, run: () => open('remove') });
  useShortcut({ keys: 's', label: t('desk.skip'), group, active: acting, run: () => open('skip') });
  useShortcut({ keys: 'c', label: t('desk.note'), group, active: mayReview, run: () => noteField.current?.focus() });
  useShortcut({ keys: 'x', label: t('desk.extend'), group, active: acting, run: () => void extend() });
  const error = decide.error ?? skip.error;
  return (
    <div className={classes.desk}>
      <div className={classes.scroll}>
        <DeskHeader ref={heading} task={task} held={held} onExtend={extend} />
        {held || !mayReview ? null : <ClaimNotice task={task} error={claimError} onClaim={claim} onNext={onNext} />}
        <div className={classes.columns}>
          <div className={classes.column}>
            <ReviewContent task={task} revealed={revealed} mayReveal={mayReview} onReveal={reveal} />
            <MachineView task={task} />
          </div>
          <DeskAside task={task} noteField={noteField} mayNote={mayReview} />
        </div>
      </div>
      {acting ? (
        <DecisionBar
          task={task}
          mode={mode}
          onMode={open}
          busy={decide.isPending || skip.isPending}
          error={error}
          onDecide={(decision) => decide.mutate(decision)}
          onSkip={(reason) => skip.mutate(reason)}
          onNote={() => noteField.current?.focus()}
          onNext={() => {
            if (error !== null) settle();
            onNext();
          }}
        />
      ) : null}
    </div>
  );
};
