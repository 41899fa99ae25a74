import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Detail<List> {
  readonly list: List;
  readonly revision: number;
}

interface ListEditingOptions<List, D extends Detail<List>> {
  readonly detail: D;
  readonly save: (list: List, revision: number) => Promise<D>;
  /** Key under which the lists' overview is cached. */
  readonly overview: readonly unknown[];
}

/** A list under edit: changes stay here until they are saved, and leaving with unsaved ones asks first. */
export const useListEditing = <List extends { readonly name: string }, D extends Detail<List>>(
  options: ListEditingOptions<List, D>,
) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [saved, setSaved] = useState(options.detail);
  const [list, setList] = useState(options.detail.list);
  const dirty = list !== saved.list;
  const leaving = useRef(false);
  const save = useMutation({
    mutationFn: () => options.save(list, saved.revision),
    onSuccess: async (detail) => {
      setSaved(detail);
      setList(detail.list);
      notifications.show({ title: t('lists.saved', { name: detail.list.name }), message: t('lists.savedText') });
      await client.invalidateQueries({ queryKey: options.overview, exact: true });
    },
  });
  const blocker = useBlocker({
    shouldBlockFn: () => dirty && !leaving.current,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  return {
    list,
    change: (change: Partial<List>) => setList((before) => ({ ...before, ...change })),
    dirty,
    save,
    revert: () => setList(saved.list),
    blocker,
    /** Lets the next navigation pass, because the list is gone. */
    release: () => {
      leaving.current = true;
    },
  };
};

/** A list under edit. */
export type ListEditing<List extends { readonly name: string }> = ReturnType<typeof useListEditing<List, Detail<List>>>;
