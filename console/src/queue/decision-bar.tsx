import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReviewDecision, ReviewTaskDetail } from '#contracts/review.ts';
import { ApiProblem } from '../kit/api/problem.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import classes from './decision-bar.module.css';
import { DecisionForm } from './decision-form.tsx';
import type { SkipReason } from './review-commands.ts';
import { SkipForm } from './skip-form.tsx';

const colours = (meaning: 'clear' | 'remove') => () => ({
  root: {
    '--button-bg': `var(--tg-${meaning}-soft)`,
    '--button-hover': `color-mix(in srgb, var(--tg-${meaning}-line) 30%, var(--tg-${meaning}-soft))`,
    '--button-color': `var(--tg-${meaning})`,
  },
});
const approveColours = colours('clear');
const removeColours = colours('remove');

export type DeskMode = 'idle' | 'approve' | 'remove' | 'skip';

interface DecisionBarProps {
  readonly task: ReviewTaskDetail;
  readonly mode: DeskMode;
  readonly onMode: (mode: DeskMode) => void;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onDecide: (decision: ReviewDecision) => void;
  readonly onSkip: (reason: SkipReason) => void;
  readonly onNote: () => void;
  readonly onNext: () => void;
}

/** The four things one can do with a task, always in the same place. */
export const DecisionBar = (props: DecisionBarProps) => {
  const { t } = useTranslation();
  const { task, mode, onMode, busy, error, onDecide, onSkip, onNote, onNext } = props;
  useShortcut({
    keys: 'Escape',
    label: t('desk.back'),
    group: t('desk.group'),
    inFields: true,
    active: mode !== 'idle',
    run: () => onMode('idle'),
  });
  const gone = error instanceof ApiProblem && error.status === 409;
  return (
    <section className={classes.bar} data-mode={mode} aria-label={t('desk.decide')}>
      {error === null ? null : (
        <div className={classes.error}>
          <ProblemNotice error={error} compact />
          {gone ? (
            <Button size="compact-sm" onClick={onNext} rightSection={<Keys keys="n" />}>
              {t('queue.next')}
            </Button>
          ) : null}
        </div>
      )}
      {mode === 'approve' || mode === 'remove' ? (
        <DecisionForm
          key={mode}
          task={task}
          outcome={mode}
          busy={busy}
          onDecide={onDecide}
          onCancel={() => onMode('idle')}
        />
      ) : mode === 'skip' ? (
        <SkipForm busy={busy} onSkip={onSkip} onCancel={() => onMode('idle')} />
      ) : (
        <div className={classes.buttons}>
          <Button size="md" vars={approveColours} onClick={() => onMode('approve')} rightSection={<Keys keys="a" />}>
            {t('desk.approve')}
          </Button>
          <Button size="md" vars={removeColours} onClick={() => onMode('remove')} rightSection={<Keys keys="r" />}>
            {t('desk.remove')}
          </Button>
          <Button size="md" variant="default" onClick={() => onMode('skip')} rightSection={<Keys keys="s" />}>
            {t('desk.skip')}
          </Button>
          <Button size="md" variant="subtle" onClick={onNote} rightSection={<Keys keys="c" />}>
            {t('desk.note')}
          </Button>
          <Button size="md" variant="subtle" ml="auto" onClick={onNext} rightSection={<Keys keys="n" />}>
            {t('queue.next')}
          </Button>
        </div>
      )}
    </section>
  );
};
