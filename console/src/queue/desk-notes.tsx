import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { ago } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './desk-notes.module.css';
import { addNote } from './review-commands.ts';
import { reviewTaskQuery } from './review-queries.ts';

interface DeskNotesProps {
  readonly task: ReviewTaskDetail;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly mayNote: boolean;
}

/** What colleagues should know. Ctrl and Enter adds, Escape goes back to the item. */
export const DeskNotes = ({ task, field, mayNote }: DeskNotesProps) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useNow(60_000);
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () => addNote(task.id, text.trim()),
    onSuccess: (note) => {
      setText('');
      client.setQueryData(reviewTaskQuery(task.id).queryKey, (before) =>
        before ? { ...before, notes: [...before.notes, note] } : before,
      );
    },
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') field.current?.blur();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && text.trim() !== '') {
      event.stopPropagation();
      // At once, so that the next key is a shortcut again and not a letter of the note.
      field.current?.blur();
      add.mutate();
    }
  };
  return (
    <Panel title={t('notes.title')}>
      {task.notes.length === 0 ? null : (
        <ul className={classes.list}>
          {task.notes.map((note) => (
            <li key={note.id}>
              <p className={classes.text}>{note.text}</p>
              <p className={classes.meta}>
                {note.displayName}, <time dateTime={note.at}>{ago(note.at, now)}</time>
              </p>
            </li>
          ))}
        </ul>
      )}
      {add.error === null ? null : <ProblemNotice error={add.error} compact />}
      {mayNote ? (
        <>
          <Textarea
            ref={field}
            aria-label={t('notes.label')}
            placeholder={t('notes.placeholder')}
            autosize
            minRows={2}
            maxRows={8}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <Button
            size="compact-sm"
            variant="default"
            mt="xs"
            disabled={text.trim() === ''}
            loading={add.isPending}
            onClick={() => add.mutate()}
          >
            {t('notes.add')}
          </Button>
        </>
      ) : null}
    </Panel>
  );
};
