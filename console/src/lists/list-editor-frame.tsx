import { Button, Switch, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DomainList, TermList } from '#contracts/lists.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Page } from '../kit/page.tsx';
import { useMay } from '../session/use-session.ts';
import classes from './list-editor.module.css';
import { SaveBar } from './save-bar.tsx';
import type { ListEditing } from './use-list-editing.ts';

interface ListEditorFrameProps {
  readonly editing: ListEditing<TermList> | ListEditing<DomainList>;
  /** How long the list is, in words. */
  readonly size: string;
  readonly actions?: ReactNode;
  /** Between name and switch. */
  readonly settings?: ReactNode;
  readonly removable: boolean;
  readonly remove: (id: string) => Promise<unknown>;
  /** Key under which the lists' overview is cached. */
  readonly overview: readonly unknown[];
  readonly tab: 'terms' | 'domains';
  readonly children: ReactNode;
}

/** What the editors of all lists have in common: name, saving, and removing the list. */
export const ListEditorFrame = (props: ListEditorFrameProps) => {
  const { editing, size, actions, settings, removable, overview, tab, children } = props;
  const { list } = editing;
  const change: (change: { name?: string; enabled?: boolean }) => void = editing.change;
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay('writeLists');
  const [removing, setRemoving] = useState(false);
  const remove = useMutation({
    mutationFn: () => props.remove(list.id),
    onSuccess: async () => {
      editing.release();
      await client.invalidateQueries({ queryKey: overview, exact: true });
      await navigate({ to: '/lists/{-$tab}', params: { tab } });
    },
  });
  return (
    <Page
      title={list.name}
      text={`${t(`listKinds.${list.kind}`)} · ${size}`}
      actions={
        <>
          {actions}
          {removable ? (
            <Button
              variant="subtle"
              color="coral"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => setRemoving(true)}
            >
              {t('lists.delete')}
            </Button>
          ) : null}
        </>
      }
    >
      <SaveBar
        dirty={editing.dirty}
        saving={editing.save.isPending}
        error={editing.save.error}
        blocked={editing.blocker.status === 'blocked'}
        onSave={() => editing.save.mutate()}
        onRevert={editing.revert}
        onLeave={() => editing.blocker.proceed?.()}
        onStay={() => editing.blocker.reset?.()}
      />
      <div className={classes.settings}>
        <TextInput
          label={t('lists.name')}
          disabled={!mayWrite}
          value={list.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        {settings}
        <Switch
          label={t('lists.enabled')}
          disabled={!mayWrite}
          checked={list.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
      </div>
      {children}
      <ConfirmDialog
        opened={removing}
        title={t('lists.deleteTitle', { name: list.name })}
        text={t('lists.deleteText')}
        confirm={t('lists.delete')}
        busy={remove.isPending}
        error={remove.error}
        onClose={() => setRemoving(false)}
        onConfirm={() => remove.mutate()}
      />
    </Page>
  );
};
