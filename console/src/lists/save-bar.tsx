import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isStatus } from '../kit/api/problem.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import classes from './save-bar.module.css';

interface SaveBarProps {
  readonly dirty: boolean;
  readonly saving: boolean;
  readonly error: unknown;
  readonly blocked: boolean;
  readonly onSave: () => void;
  readonly onRevert: () => void;
  readonly onLeave: () => void;
  readonly onStay: () => void;
}

/** Unsaved changes to a list, and what to do with them. */
export const SaveBar = (props: SaveBarProps) => {
  const { t } = useTranslation();
  const { dirty, saving, error, blocked, onSave, onRevert, onLeave, onStay } = props;
  useShortcut({
    keys: 'Mod+s',
    label: t('lists.save'),
    group: t('nav.lists'),
    inFields: true,
    active: dirty,
    run: onSave,
  });
  return (
    <>
      {dirty ? (
        <section className={classes.bar} aria-label={t('lists.unsaved')}>
          <p className={classes.text}>{t('lists.unsaved')}</p>
          <Button variant="default" size="compact-md" onClick={onRevert}>
            {t('lists.revert')}
          </Button>
          <Button size="compact-md" onClick={onSave} loading={saving}>
            {t('lists.save')}
          </Button>
        </section>
      ) : null}
      {error === null ? null : <ProblemNotice error={error} />}
      {isStatus(error, 409) ? <p className={classes.hint}>{t('lists.conflict')}</p> : null}
      <ConfirmDialog
        opened={blocked}
        title={t('lists.leaveTitle')}
        text={t('lists.leaveText')}
        confirm={t('lists.leave')}
        onClose={onStay}
        onConfirm={onLeave}
      />
    </>
  );
};
