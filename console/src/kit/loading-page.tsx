import { Skeleton } from '@mantine/core';
import { Page } from './page.tsx';
import { ProblemNotice } from './problem-notice.tsx';

interface LoadingPageProps {
  readonly title: string;
  readonly query: { readonly error: Error | null; refetch(): Promise<unknown> };
}

/** A page whose data is not there yet, or cannot be had. */
export const LoadingPage = ({ title, query }: LoadingPageProps) => (
  <Page title={title}>
    {query.error === null ? (
      <Skeleton height={400} radius="lg" />
    ) : (
      <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />
    )}
  </Page>
);
