import { Button } from '@mantine/core';
import { IconLockAccess } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { ApiProblem } from '../kit/api/problem.ts';
import { dateTime } from '../kit/format.ts';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useSession } from '../session/use-session.ts';
import classes from './claim-notice.module.css';

interface ClaimNoticeProps {
  readonly task: ReviewTaskDetail;
  readonly error: unknown;
  readonly onClaim: () => Promise<void>;
  readonly onNext: () => void;
}

/** Says why the task cannot be decided here and now, and what can be done instead. */
export const ClaimNotice = ({ task, error, onClaim, onNext }: ClaimNoticeProps) => {
  const { t } = useTranslation();
  const session = useSession();
  if (task.status === 'open' && error === null) return null;
  const mine = task.claim?.accountId === session.accountId;
  const closed = task.status === 'decided' || task.status === 'withdrawn';
  const text =
    error instanceof ApiProblem
      ? `${error.problem.detail} ${error.problem.remedy}`
      : error instanceof Error
        ? error.message
        : closed
          ? t(`claim.${task.status as 'decided'}`)
          : mine
            ? t('claim.lost')
            : t('claim.other', {
                name: task.claim?.displayName ?? '',
                until: task.claim === null ? '' : dateTime(task.claim.expiresAt),
              });
  return (
    <div className={classes.notice} role="status">
      <IconLockAccess size={20} stroke={1.7} aria-hidden />
      <p className={classes.text}>{text}</p>
      {closed ? null : (
        <Button size="compact-sm" variant="default" onClick={() => void onClaim()}>
          {t('claim.again')}
        </Button>
      )}
      <Button size="compact-sm" onClick={onNext} rightSection={<Keys keys="n" />}>
        {t('queue.next')}
      </Button>
    </div>
  );
};
