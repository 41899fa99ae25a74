import type { RefObject } from 'react';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { AccountCard } from './account-card.tsx';
import classes from './desk-aside.module.css';
import { DeskNotes } from './desk-notes.tsx';
import { HistoryCard } from './history-card.tsx';
import { PolicyClauses } from './policy-clauses.tsx';

interface DeskAsideProps {
  readonly task: ReviewTaskDetail;
  readonly noteField: RefObject<HTMLTextAreaElement | null>;
  readonly mayNote: boolean;
}

/** What stands around the item: the policy, the account, what was decided before, and what colleagues noted. */
export const DeskAside = ({ task, noteField, mayNote }: DeskAsideProps) => (
  <div className={classes.aside}>
    <PolicyClauses clauses={task.policy} />
    <AccountCard account={task.account} />
    <HistoryCard task={task} />
    <DeskNotes task={task} field={noteField} mayNote={mayNote} />
  </div>
);
