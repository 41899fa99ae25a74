import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Action, actions } from '#contracts/action.ts';
import { builtInCategories } from '#contracts/category.ts';
import type { ReviewDecision, ReviewTaskDetail } from '#contracts/review.ts';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useShortcut } from '../kit/shortcuts/use-shortcut.ts';
import { activePolicyQuery } from '../policy/policy-queries.ts';
import { ChoiceChips } from './choice-chips.tsx';
import classes from './decision-form.module.css';

type Outcome = ReviewDecision['outcome'];
type MachineCall = NonNullable<ReviewDecision['machineCall']>;

interface DecisionFormProps {
  readonly task: ReviewTaskDetail;
  readonly outcome: Outcome;
  readonly busy: boolean;
  readonly onDecide: (decision: ReviewDecision) => void;
  readonly onCancel: () => void;
}

const calls: readonly MachineCall[] = ['right', 'wrong', 'unsure'];
const callKeys = { right: 'y', wrong: 'w', unsure: 'u' } as const;
/** An approval can still ask for these; removing and holding would contradict it. */
const besideApproval = actions.filter((action) => action !== 'remove' && action !== 'hold');
const besideRemoval = actions.filter((action) => action !== 'remove');

/** The suspected categories first, so that they have the lowest numbers. */
const orderCategories = (suspected: readonly string[], known: readonly string[]): string[] => [
  ...new Set([...suspected, ...known]),
];

/** The last step before a decision is on record: what it rests on, what else to do, and how good the machine's call was. */
export const DecisionForm = ({ task, outcome, busy, onDecide, onCancel }: DecisionFormProps) => {
  const { t } = useTranslation();
  const { data: policy } = useQuery(activePolicyQuery);
  const known = policy === undefined ? builtInCategories : Object.keys(policy.document.categories);
  const options = orderCategories(task.categories, known);
  const [categories, setCategories] = useState<readonly string[]>(outcome === 'remove' ? task.categories : []);
  const [chosenActions, setActions] = useState<readonly Action[]>([]);
  const [machineCall, setMachineCall] = useState<MachineCall | null>(null);
  const [note, setNote] = useState('');
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => form.current?.focus(), []);
  const complete = outcome === 'approve' || categories.length > 0;
  const confirm = () => {
    if (busy || !complete) return;
    onDecide({
      outcome,
      categories: [...categories],
      actions: [...chosenActions],
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...(machineCall === null ? {} : { machineCall }),
    });
  };
  const group = t('desk.group');
  useShortcut({ keys: 'Enter', label: t('desk.confirm'), group, run: confirm });
  useShortcut({ keys: 'Mod+Enter', label: t('desk.confirm'), group, inFields: true, run: confirm });
  useShortcut({ keys: 'y', label: t('machineCall.right'), group, run: () => setMachineCall('right') });
  useShortcut({ keys: 'w', label: t('machineCall.wrong'), group, run: () => setMachineCall('wrong') });
  useShortcut({ keys: 'u', label: t('machineCall.unsure'), group, run: () => setMachineCall('unsure') });
  return (
    // biome-ignore lint/a11y/useSemanticElements: it takes the focus, which a fieldset cannot
    <div className={classes.form} ref={form} tabIndex={-1} role="group" aria-label={t(`desk.form.${outcome}`)}>
      <p className={classes.title}>{t(`desk.form.${outcome}`)}</p>
      {outcome === 'remove' ? (
        <ChoiceChips
          label={t('desk.because')}
          options={options}
          chosen={categories}
          onChange={setCategories}
          shortcuts={group}
        />
      ) : null}
      <ChoiceChips
        label={t('desk.also')}
        options={outcome === 'remove' ? besideRemoval : besideApproval}
        chosen={chosenActions}
        onChange={(next) => setActions(next as readonly Action[])}
      />
      <div className={classes.last}>
        <div className={classes.call}>
          <span id="machine-call" className={classes.label}>
            {t('machineCall.label')}
          </span>
          <SegmentedControl
            size="xs"
            aria-labelledby="machine-call"
            value={machineCall ?? ''}
            onChange={(value) => setMachineCall(value as MachineCall)}
            data={calls.map((call) => ({
              value: call,
              label: (
                <span className={classes.option}>
                  {t(`machineCall.${call}`)} <Keys keys={callKeys[call]} />
                </span>
              ),
            }))}
          />
        </div>
        <TextInput
          className={classes.note}
          aria-label={t('desk.decisionNote')}
          placeholder={t('desk.decisionNote')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button variant="default" onClick={onCancel} rightSection={<Keys keys="Escape" />}>
          {t('cancel')}
        </Button>
        <Button
          color={outcome === 'remove' ? 'coral' : 'tide'}
          onClick={confirm}
          loading={busy}
          disabled={!complete}
          rightSection={<Keys keys="Enter" />}
        >
          {t(`desk.confirmAs.${outcome}`)}
        </Button>
      </div>
      {complete ? null : (
        <p className={classes.missing} role="status">
          {t('desk.nameCategory')}
        </p>
      )}
    </div>
  );
};
