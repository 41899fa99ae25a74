import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  type JudgeTier,
  judgeCallSchema,
  judgeSchema,
  judgeTestAnswerSchema,
  type judgeWriteSchema,
} from '#contracts/judge.ts';
import { page } from '#contracts/primitives.ts';
import { command, queryString, request } from '../kit/api/client.ts';

export type JudgeInput = z.input<typeof judgeWriteSchema>;

const judgesSchema = page(judgeSchema);
const callsSchema = page(judgeCallSchema);
const address = (tier: JudgeTier): string => `/v1/judges/${tier}`;

export const judgesKey = ['judges'] as const;
export const judgesQuery = queryOptions({
  queryKey: [...judgesKey, 'all'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/judges', judgesSchema, { signal })).entries,
  refetchInterval: 15_000,
});
export const saveJudge = (tier: JudgeTier, body: JudgeInput) => request('PUT', address(tier), judgeSchema, { body });
export const removeJudge = (tier: JudgeTier) => command('DELETE', address(tier));
export const testJudge = (tier: JudgeTier, body: JudgeInput) =>
  request('POST', `${address(tier)}/test`, judgeTestAnswerSchema, { body });
export const judgeCallsQuery = (tier: JudgeTier) =>
  infiniteQueryOptions({
    queryKey: [...judgesKey, 'calls', tier],
    queryFn: ({ pageParam, signal }) =>
      request('GET', `${address(tier)}/calls${queryString({ cursor: pageParam, limit: 20 })}`, callsSchema, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 15_000,
  });
