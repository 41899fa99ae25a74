import { Button, NumberInput, Radio, Select, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BankBehaviour, bankModes, type HashBank } from '#contracts/hash-bank.ts';
import { isStatus } from '../kit/api/problem.ts';
import { humanise } from '../kit/format.ts';
import { whenNumber } from '../kit/number-from.ts';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import { useCategories } from '../lists/use-categories.ts';
import { useMay } from '../session/use-session.ts';
import { exactBehaviours, perceptualBehaviours } from './bank-behaviours.ts';
import { bankQuery, banksQuery, updateBank } from './bank-queries.ts';
import classes from './banks.module.css';

const editable = [
  'name',
  'description',
  'category',
  'mode',
  'share',
  'exact',
  'perceptual',
  'maximumDistance',
] as const;
type Editable = Pick<HashBank, (typeof editable)[number]>;

const settingsOf = (bank: HashBank): Editable => {
  const { name, description, category, mode, share, exact, perceptual, maximumDistance } = bank;
  return { name, description, category, mode, share, exact, perceptual, maximumDistance };
};

/** What a bank does, edited here and saved together; somebody else's change in between is not written over unseen. */
export const BankSettings = ({ bank }: { bank: HashBank }) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayWrite = useMay('writeBanks');
  const categories = useCategories();
  const [based, setBased] = useState(bank);
  const [draft, setDraft] = useState(() => settingsOf(bank));
  const set = (change: Partial<Editable>) => setDraft((before) => ({ ...before, ...change }));
  const changed = editable.filter((name) => draft[name] !== based[name]);
  const take = (next: HashBank) => {
    setBased(next);
    setDraft(settingsOf(next));
    client.setQueryData(bankQuery(bank.id).queryKey, next);
  };
  const save = useMutation({
    mutationFn: () =>
      updateBank(bank.id, {
        ...Object.fromEntries(changed.map((name) => [name, draft[name]])),
        revision: based.revision,
      }),
    onSuccess: async (next) => {
      take(next);
      notifications.show({ title: t('banks.saved', { name: next.name }), message: t('lists.savedText') });
      await client.invalidateQueries({ queryKey: banksQuery.queryKey, exact: true });
    },
  });
  const reload = useMutation({
    mutationFn: () => client.fetchQuery({ ...bankQuery(bank.id), staleTime: 0 }),
    onSuccess: (next) => {
      save.reset();
      take(next);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed.length > 0) save.mutate();
  };
  useShortcut({
    keys: 'Mod+s',
    label: t('lists.save'),
    group: t('nav.banks'),
    inFields: true,
    active: mayWrite && changed.length > 0,
    run: () => save.mutate(),
  });
  const options = (behaviours: readonly BankBehaviour[]) =>
    behaviours.map((value) => ({ value, label: t(`bankBehaviours.${value}`) }));
  return (
    <Panel>
      <form onSubmit={submit}>
        <fieldset disabled={!mayWrite} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
          <div className={classes.form}>
            <div className={classes.columns}>
              <TextInput
                label={t('banks.name')}
                value={draft.name}
                onChange={(event) => set({ name: event.currentTarget.value })}
              />
              <Select
                searchable
                label={t('banks.category')}
                disabled={!mayWrite}
                allowDeselect={false}
                data={[...new Set([...categories, draft.category])].map((value) => ({ value, label: humanise(value) }))}
                value={draft.category}
                onChange={(value) => set({ category: value ?? draft.category })}
              />
            </div>
            <Textarea
              label={t('banks.description')}
              autosize
              minRows={2}
              maxLength={1_000}
              value={draft.description}
              onChange={(event) => set({ description: event.currentTarget.value })}
            />
            <Radio.Group
              label={t('banks.mode')}
              value={draft.mode}
              onChange={(value) => set({ mode: value as HashBank['mode'] })}
            >
              <div className={classes.radios}>
                {bankModes.map((mode) => (
                  <Radio
                    key={mode}
                    value={mode}
                    label={t(`bankModes.${mode}.name`)}
                    description={t(`bankModes.${mode}.hint`)}
                  />
                ))}
              </div>
            </Radio.Group>
            <div className={classes.columns}>
              <Select
                label={t('banks.exact')}
                description={t(`bankEffects.${draft.exact}`)}
                disabled={!mayWrite}
                allowDeselect={false}
                data={options(exactBehaviours(bank.kind))}
                value={draft.exact}
                onChange={(value) => set({ exact: (value ?? draft.exact) as BankBehaviour })}
              />
              <Select
                label={t('banks.perceptual')}
                description={t(`bankEffects.${draft.perceptual}`)}
                disabled={!mayWrite}
                allowDeselect={false}
                data={options(perceptualBehaviours(bank.kind))}
                value={draft.perceptual}
                onChange={(value) => set({ perceptual: (value ?? draft.perceptual) as Editable['perceptual'] })}
              />
              <NumberInput
                label={t('banks.maximumDistance')}
                description={t('banks.maximumDistanceHint')}
                min={0}
                max={31}
                allowDecimal={false}
                value={draft.maximumDistance}
                onChange={whenNumber((maximumDistance) => set({ maximumDistance }))}
              />
              <NumberInput
                label={t('banks.share')}
                description={t('banks.shareHint')}
                min={0}
                max={100}
                decimalScale={1}
                suffix=" %"
                value={Number((draft.share * 100).toFixed(1))}
                onChange={whenNumber((value) => set({ share: Math.min(1, Math.max(0, value / 100)) }))}
              />
            </div>
            {save.error === null ? null : (
              <div className={classes.notice}>
                <ProblemNotice error={save.error} compact />
                {isStatus(save.error, 409) ? (
                  <div>
                    <Button
                      variant="default"
                      size="compact-sm"
                      loading={reload.isPending}
                      onClick={() => reload.mutate()}
                    >
                      {t('banks.reload')}
                    </Button>
                  </div>
                ) : null}
              </div>
            )}
            {mayWrite ? (
              <div className={classes.actions}>
                <Button variant="default" disabled={changed.length === 0} onClick={() => setDraft(settingsOf(based))}>
                  {t('lists.revert')}
                </Button>
                <Button type="submit" loading={save.isPending} disabled={changed.length === 0}>
                  {t('lists.save')}
                </Button>
              </div>
            ) : null}
          </div>
        </fieldset>
      </form>
    </Panel>
  );
};
