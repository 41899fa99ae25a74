import { Button, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconShieldCheck, IconTimeline } from '@tabler/icons-react';
import { infiniteQueryOptions, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { auditEntrySchema, auditVerificationSchema } from '#contracts/audit.ts';
import { page } from '#contracts/primitives.ts';
import { queryString, request } from '../kit/api/client.ts';
import { EmptyState } from '../kit/empty-state.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { Keys } from '../kit/shortcuts/keys.tsx';
import { useMay } from '../session/use-session.ts';
import classes from './audit-page.module.css';
import { AuditTable } from './audit-table.tsx';
import { VerificationResult } from './verification-result.tsx';

interface AuditFilter {
  readonly action?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly actorId?: string | undefined;
}

const entriesSchema = page(auditEntrySchema);
const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      request('GET', `/v1/audit${queryString({ ...filter, cursor: pageParam, limit: 100 })}`, entriesSchema, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });

const fields = ['action', 'subjectId', 'actorId'] as const;

export const AuditPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayRead = useMay('readAudit');
  const filter = useSearch({ from: '/shell/audit' });
  const [typed, setTyped] = useState<AuditFilter>(filter);
  const entries = useInfiniteQuery({ ...auditQuery(filter), enabled: mayRead });
  const verify = useMutation({ mutationFn: () => request('POST', '/v1/audit/verify', auditVerificationSchema) });
  const setSoon = useDebouncedCallback(
    (next: AuditFilter) => void navigate({ to: '/audit', search: next, replace: true }),
    300,
  );
  const set = (name: (typeof fields)[number], value: string) => {
    const next = { ...typed, [name]: value.trim() === '' ? undefined : value.trim() };
    setTyped({ ...typed, [name]: value });
    setSoon(next);
  };
  const rows = entries.data?.pages.flatMap((entry) => entry.entries) ?? [];
  if (!mayRead) {
    return (
      <Page title={t('nav.audit')}>
        <Panel>
          <EmptyState icon={IconTimeline} title={t('audit.closedTitle')} text={t('audit.closedText')} />
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={t('nav.audit')}
      text={t('audit.text')}
      actions={
        <Button
          onClick={() => verify.mutate()}
          loading={verify.isPending}
          leftSection={<IconShieldCheck size={17} aria-hidden />}
        >
          {t('audit.verify')}
        </Button>
      }
    >
      <div aria-live="polite">
        {verify.error === null ? null : <ProblemNotice error={verify.error} />}
        {verify.data === undefined ? null : <VerificationResult result={verify.data} />}
      </div>
      <search className={classes.filters}>
        {fields.map((name, index) => (
          <TextInput
            key={name}
            {...(index === 0 ? { 'data-search': true } : {})}
            aria-label={t(`audit.filter.${name}`)}
            placeholder={t(`audit.filter.${name}`)}
            leftSection={index === 0 ? <IconSearch size={16} stroke={1.8} aria-hidden /> : null}
            rightSection={index === 0 ? <Keys keys="/" /> : null}
            value={typed[name] ?? ''}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ))}
      </search>
      {entries.error === null ? null : <ProblemNotice error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.isPending ? <Skeleton height={300} radius="lg" /> : null}
      {entries.isSuccess && rows.length === 0 ? (
        <Panel>
          <EmptyState icon={IconTimeline} title={t('audit.noneTitle')} text={t('audit.noneText')} />
        </Panel>
      ) : null}
      {rows.length === 0 ? null : (
        <Panel flush>
          <AuditTable entries={rows} />
        </Panel>
      )}
      <LoadMore query={entries} />
    </Page>
  );
};
