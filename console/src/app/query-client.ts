import { QueryClient } from '@tanstack/react-query';
import { ApiProblem, UnexpectedAnswer } from '../kit/api/problem.ts';

/** One cache for the page. An answer that says "no" is not asked for again; silence is, twice. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => !(error instanceof ApiProblem || error instanceof UnexpectedAnswer) && failures < 2,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
