import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReviewTask, ReviewTaskDetail } from '#contracts/review.ts';
import { useSession } from '../session/use-session.ts';
import { claimTask, extendClaim, releaseTask } from './review-commands.ts';
import { reviewTaskQuery } from './review-queries.ts';

interface ClaimState {
  /** Whether the person holds the task now. */
  readonly held: boolean;
  readonly error: unknown;
  readonly claim: () => Promise<void>;
  readonly extend: () => Promise<void>;
  /** Called once the task has left the person's hands, so that closing it gives nothing back. */
  readonly settle: () => void;
}

/** Claims a task when it is opened and gives it back when it is left undecided. */
export const useClaim = (task: ReviewTaskDetail): ClaimState => {
  const client = useQueryClient();
  const session = useSession();
  const [error, setError] = useState<unknown>(null);
  const [now, setNow] = useState(Date.now);
  const settled = useRef(false);
  const mine = task.claim?.accountId === session.accountId;
  const expiresAt = task.claim === null ? 0 : Date.parse(task.claim.expiresAt);
  const held = mine && task.status === 'claimed' && expiresAt > now;
  const heldNow = useRef(held);
  heldNow.current = held;

  const merge = useCallback(
    (row: ReviewTask) => {
      client.setQueryData(reviewTaskQuery(row.id).queryKey, (before) => (before ? { ...before, ...row } : before));
      setNow(Date.now());
      setError(null);
    },
    [client],
  );
  const attempt = useCallback(
    async (act: (taskId: string) => Promise<ReviewTask>) => {
      try {
        merge(await act(task.id));
      } catch (failure) {
        setError(failure);
      }
    },
    [merge, task.id],
  );
  const claim = useCallback(() => attempt(claimTask), [attempt]);
  const extend = useCallback(() => attempt(extendClaim), [attempt]);
  const settle = useCallback(() => {
    settled.current = true;
  }, []);

  const isFree = task.status === 'open';
  useEffect(() => {
    if (isFree) void claim();
  }, [isFree, claim]);

  useEffect(() => {
    if (expiresAt === 0) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, expiresAt - Date.now()) + 50);
    return () => clearTimeout(timer);
  }, [expiresAt]);

  useEffect(() => {
    const taskId = task.id;
    return () => {
      if (!heldNow.current || settled.current) return;
      client.removeQueries({ queryKey: reviewTaskQuery(taskId).queryKey });
      // A claim that could not be given back runs out by itself.
      void releaseTask(taskId)
        .catch(() => undefined)
        .then(() => client.invalidateQueries({ queryKey: ['review', 'tasks'] }));
    };
  }, [client, task.id]);

  return { held, error, claim, extend, settle };
};
