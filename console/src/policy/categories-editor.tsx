import { Button, Group, Modal, TextInput, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type CSSProperties, type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { categorySchema } from '#contracts/category.ts';
import type { CategoryPolicy } from '#contracts/policy.ts';
import { CategoryTag } from '../kit/category-tag.tsx';
import { score } from '../kit/format.ts';
import classes from './categories-editor.module.css';
import { CategoryEditor } from './category-editor.tsx';
import type { PolicyEditing } from './use-policy.ts';

interface CategoriesEditorProps {
  readonly editing: PolicyEditing;
  readonly errors: readonly { path: string; message: string }[];
}

const blank = (title: string): CategoryPolicy => ({
  title,
  review: 0.75,
  remove: 0.95,
  automation: { remove: 'person', approve: 'auto' },
  requires: {},
  severity: 2,
  clause: '',
  text: '',
  examples: [],
  removeActions: [],
});

const NewCategory = ({
  opened,
  onClose,
  onAdd,
}: {
  opened: boolean;
  onClose: () => void;
  onAdd: (key: string) => void;
}) => {
  const { t } = useTranslation();
  const [key, setKey] = useState('');
  const parsed = categorySchema.safeParse(key);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.success) return;
    onAdd(parsed.data);
    setKey('');
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('policy.newCategory')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <TextInput
          data-autofocus
          label={t('policy.key')}
          description={t('policy.keyHint')}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button type="submit" disabled={!parsed.success}>
            {t('policy.add')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
};

/** The categories on the left with their bands; the chosen one on the right. */
export const CategoriesEditor = ({ editing, errors }: CategoriesEditorProps) => {
  const { t } = useTranslation();
  const { document, edit, mayEdit } = editing;
  const keys = Object.keys(document.categories);
  const [chosen, setChosen] = useState(keys[0] ?? '');
  const [adding, setAdding] = useState(false);
  const key = keys.includes(chosen) ? chosen : (keys[0] ?? '');
  const category = document.categories[key];
  return (
    <div className={classes.columns}>
      <nav className={classes.list} aria-label={t('policy.tabs.categories')}>
        {keys.map((name) => {
          const entry = document.categories[name];
          if (entry === undefined) return null;
          const faulty = errors.some((error) => error.path.startsWith(`categories.${name}.`));
          return (
            <UnstyledButton
              key={name}
              className={classes.entry}
              aria-current={name === key ? 'true' : undefined}
              onClick={() => setChosen(name)}
            >
              <CategoryTag category={name} />
              <span className={`${classes.numbers} tabular`} data-faulty={faulty || undefined}>
                {score(entry.review)} · {score(entry.remove)}
              </span>
              <span
                className={classes.band}
                style={{ '--review': entry.review, '--remove': entry.remove } as CSSProperties}
                aria-hidden
              />
            </UnstyledButton>
          );
        })}
        {mayEdit ? (
          <Button
            variant="subtle"
            size="compact-md"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t('policy.newCategory')}
          </Button>
        ) : null}
      </nav>
      {category === undefined ? null : (
        <CategoryEditor
          key={key}
          id={key}
          category={category}
          errors={errors.filter((error) => error.path.startsWith(`categories.${key}.`))}
          mayEdit={mayEdit}
          onChange={(change) =>
            edit((before) => {
              const current = before.categories[key];
              if (current === undefined) return before;
              return { ...before, categories: { ...before.categories, [key]: { ...current, ...change } } };
            })
          }
        />
      )}
      <NewCategory
        opened={adding}
        onClose={() => setAdding(false)}
        onAdd={(name) => {
          edit((before) => ({ ...before, categories: { [name]: blank(name), ...before.categories } }));
          setChosen(name);
        }}
      />
    </div>
  );
};
