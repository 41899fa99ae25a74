import { UnstyledButton } from '@mantine/core';
import { IconCpu, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Decision } from '#contracts/decision.ts';
import { dateTime } from '../kit/format.ts';
import { OutcomeBadge } from '../kit/outcome-badge.tsx';
import classes from './decision-chain.module.css';

interface DecisionChainProps {
  readonly decisions: readonly Decision[];
  readonly chosen: string | undefined;
  readonly onChoose: (decisionId: string) => void;
}

/** Every decision about the item, newest first; choosing one shows its trace. */
export const DecisionChain = ({ decisions, chosen, onChoose }: DecisionChainProps) => {
  const { t } = useTranslation();
  return (
    <ol className={classes.chain}>
      {decisions.map((decision) => {
        const person = decision.decidedBy.kind === 'reviewer';
        return (
          <li key={decision.id}>
            <UnstyledButton
              className={classes.link}
              aria-pressed={decision.id === chosen}
              onClick={() => onChoose(decision.id)}
            >
              <span className={classes.who} data-person={person || undefined}>
                {person ? <IconUser size={15} aria-hidden /> : <IconCpu size={15} aria-hidden />}
              </span>
              <span className={classes.body}>
                <span className={classes.first}>
                  <OutcomeBadge outcome={decision.outcome} />
                  {decision.decidedBy.kind === 'reviewer'
                    ? (decision.decidedBy.displayName ?? t('desk.byPerson'))
                    : t('desk.byMachine', { layer: decision.layer })}
                </span>
                <span className={classes.meta}>
                  {t('item.chainMeta', { version: decision.itemVersion, policy: decision.policyVersion })}{' '}
                  <time dateTime={decision.decidedAt}>{dateTime(decision.decidedAt)}</time>
                </span>
                {decision.note === null ? null : <span className={classes.note}>{decision.note}</span>}
              </span>
            </UnstyledButton>
          </li>
        );
      })}
    </ol>
  );
};
