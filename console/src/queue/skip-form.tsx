import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import { type SkipReason, skipReasons } from './review-commands.ts';
import classes from './skip-form.module.css';

interface SkipFormProps {
  readonly busy: boolean;
  readonly onSkip: (reason: SkipReason) => void;
  readonly onCancel: () => void;
}

const Reason = ({
  reason,
  digit,
  busy,
  onSkip,
}: { reason: SkipReason; digit: number } & Omit<SkipFormProps, 'onCancel'>) => {
  const { t } = useTranslation();
  const skip = () => {
    if (!busy) onSkip(reason);
  };
  useShortcut({ keys: String(digit), label: t(`skips.${reason}`), group: t('desk.group'), run: skip });
  return (
    <Button variant="default" onClick={skip} disabled={busy} rightSection={<Keys keys={String(digit)} />}>
      {t(`skips.${reason}`)}
    </Button>
  );
};

/** Leaving a task to somebody else takes one key for the reason, and no explanation. */
export const SkipForm = ({ busy, onSkip, onCancel }: SkipFormProps) => {
  const { t } = useTranslation();
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => form.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons, not fields
    <div ref={form} tabIndex={-1} role="group" aria-label={t('desk.form.skip')} className={classes.form}>
      <p className={classes.title}>{t('desk.form.skip')}</p>
      <div className={classes.reasons}>
        {skipReasons.map((reason, index) => (
          <Reason key={reason} reason={reason} digit={index + 1} busy={busy} onSkip={onSkip} />
        ))}
        <Button variant="subtle" onClick={onCancel} rightSection={<Keys keys="Escape" />}>
          {t('cancel')}
        </Button>
      </div>
    </div>
  );
};
