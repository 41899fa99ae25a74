import { Button, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JudgeSettings, JudgeTier } from '#contracts/judge.ts';
import { isStatus } from '../kit/api/problem.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useMay } from '../session/use-session.ts';
import { systemQuery } from '../settings/system-query.ts';
import { bodyOf, draftOf, isComplete, type JudgeDraft, presets } from './judge-draft.ts';
import { ConnectionFields, CostFields, JudgingFields, LimitFields } from './judge-fields.tsx';
import { judgesKey, judgesQuery, removeJudge, saveJudge, testJudge } from './judge-queries.ts';
import { JudgeTestResult } from './judge-test-result.tsx';
import classes from './judges.module.css';

/** All settings of one tier; tried as they stand before they are saved. */
export const JudgeForm = ({ tier, saved }: { tier: JudgeTier; saved: JudgeSettings | undefined }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayManage = useMay('manageJudges');
  const [based, setBased] = useState(saved);
  const [draft, setDraft] = useState(() => draftOf(saved));
  const [removing, setRemoving] = useState(false);
  const set = (change: Partial<JudgeDraft>) => setDraft((before) => ({ ...before, ...change }));
  const body = bodyOf(draft, based?.revision ?? 0);
  const dirty = JSON.stringify(draft) !== JSON.stringify(draftOf(based));
  const ready = isComplete(draft);
  const take = (next: JudgeSettings | undefined) => {
    setBased(next);
    setDraft(draftOf(next));
  };
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: judgesKey });
    await client.invalidateQueries({ queryKey: systemQuery.queryKey });
  };
  const save = useMutation({
    mutationFn: () => saveJudge(tier, body),
    onSuccess: async (next) => {
      take(next);
      notifications.show({ title: t('judgeSettings.saved', { name: next.name }), message: t('lists.savedText') });
      await refresh();
    },
  });
  const reload = useMutation({
    mutationFn: () => client.fetchQuery({ ...judgesQuery, staleTime: 0 }),
    onSuccess: (judges) => {
      save.reset();
      take(judges.find((judge) => judge.tier === tier));
    },
  });
  const test = useMutation({ mutationFn: () => testJudge(tier, body) });
  const remove = useMutation({
    mutationFn: () => removeJudge(tier),
    onSuccess: async () => {
      setRemoving(false);
      take(undefined);
      await refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && dirty) save.mutate();
  };
  const fields = { draft, set, hasApiKey: based?.hasApiKey ?? false, disabled: !mayManage };
  return (
    <Panel title={based === undefined ? t('judgeSettings.setUp') : based.name}>
      <form onSubmit={submit} className={classes.form} noValidate>
        {based === undefined && mayManage ? (
          // biome-ignore lint/a11y/useSemanticElements: buttons in a line, not fields
          <div className={classes.presets} role="group" aria-label={t('judgeSettings.presets')}>
            <span className="soft">{t('judgeSettings.presets')}</span>
            {presets.map(({ id, ...preset }) => (
              <UnstyledButton
                key={id}
                className={classes.preset}
                onClick={() => set({ ...preset, name: draft.name === '' ? t(`judgePresets.${id}`) : draft.name })}
              >
                {t(`judgePresets.${id}`)}
              </UnstyledButton>
            ))}
          </div>
        ) : null}
        <ConnectionFields {...fields} />
        <JudgingFields {...fields} />
        <LimitFields {...fields} />
        <CostFields {...fields} />
        <div aria-live="polite" className={classes.outcome}>
          {test.error === null ? null : <ProblemNotice error={test.error} compact />}
          {test.data === undefined ? null : <JudgeTestResult answer={test.data} />}
          {save.error === null ? null : <ProblemNotice error={save.error} compact />}
          {isStatus(save.error, 409) ? (
            <div>
              <Button variant="default" size="compact-sm" loading={reload.isPending} onClick={() => reload.mutate()}>
                {t('banks.reload')}
              </Button>
            </div>
          ) : null}
        </div>
        {mayManage ? (
          <div className={classes.actions}>
            {based === undefined ? null : (
              <Button
                variant="subtle"
                color="coral"
                mr="auto"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => setRemoving(true)}
              >
                {t('judgeSettings.remove')}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconPlugConnected size={16} aria-hidden />}
              disabled={!ready}
              loading={test.isPending}
              onClick={() => test.mutate()}
            >
              {t('judgeSettings.test')}
            </Button>
            <Button type="submit" disabled={!ready || !dirty} loading={save.isPending}>
              {t('lists.save')}
            </Button>
          </div>
        ) : null}
      </form>
      <ConfirmDialog
        opened={removing}
        title={t('judgeSettings.removeTitle', { name: based?.name ?? '' })}
        text={t('judgeSettings.removeText')}
        confirm={t('judgeSettings.remove')}
        busy={remove.isPending}
        error={remove.error}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate()}
      />
    </Panel>
  );
};
