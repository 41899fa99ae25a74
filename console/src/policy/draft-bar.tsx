import { Button, Loader } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import classes from './draft-bar.module.css';
import { policyDraft } from './policy-draft.ts';
import { PublishDialog } from './publish-dialog.tsx';
import type { PolicyEditing, useDraftCheck } from './use-policy.ts';

interface DraftBarProps {
  readonly editing: PolicyEditing;
  readonly check: ReturnType<typeof useDraftCheck>;
}

/** Says that there are unpublished changes, whether they would be accepted, and where not. */
export const DraftBar = ({ editing, check }: DraftBarProps) => {
  const { t } = useTranslation();
  const [publishing, setPublishing] = useState(false);
  const { draft, active } = editing;
  if (draft === null) return null;
  const errors = check.data?.errors ?? [];
  const valid = check.data?.valid === true && !check.checking;
  const outdated = draft.basedOn !== active.version;
  return (
    <section className={classes.bar} aria-label={t('draft.label')}>
      <div className={classes.line}>
        <IconPencil size={19} stroke={1.7} aria-hidden />
        <p className={classes.text}>
          <b>{t('draft.title')}</b> {t('draft.basedOn', { version: draft.basedOn })}
        </p>
        <span className={classes.check} role="status">
          {check.checking ? (
            <>
              <Loader size={14} /> {t('draft.checking')}
            </>
          ) : errors.length > 0 ? (
            <span className={classes.bad}>
              <IconAlertTriangle size={16} aria-hidden /> {t('draft.faults', { count: errors.length })}
            </span>
          ) : valid ? (
            <span className={classes.good}>
              <IconCircleCheck size={16} aria-hidden /> {t('draft.valid')}
            </span>
          ) : null}
        </span>
        <Button variant="default" size="compact-md" onClick={policyDraft.discard}>
          {t('draft.discard')}
        </Button>
        <Button size="compact-md" onClick={() => setPublishing(true)} disabled={!valid}>
          {t('draft.publish')}
        </Button>
      </div>
      {outdated ? <p className={classes.outdated}>{t('draft.outdated', { version: active.version })}</p> : null}
      {check.error === null ? null : <ProblemNotice error={check.error} compact />}
      {errors.length === 0 || check.checking ? null : (
        <ul className={classes.errors}>
          {errors.slice(0, 6).map((error) => (
            <li key={`${error.path}${error.line}${error.message}`}>
              <code>{error.path}</code>
              {error.line === null || draft.source === null ? '' : ` (${t('draft.line', { line: error.line })})`}:{' '}
              {error.message}
            </li>
          ))}
        </ul>
      )}
      <PublishDialog editing={editing} opened={publishing} onClose={() => setPublishing(false)} />
    </section>
  );
};
