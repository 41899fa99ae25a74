import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { dateTime } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { policyVersionsQuery } from './policy-queries.ts';
import type { PolicyEditing } from './use-policy.ts';
import { VersionDialog } from './version-dialog.tsx';

/** Everything that was ever published, newest first. */
export const VersionsView = ({ editing }: { editing: PolicyEditing }) => {
  const { t } = useTranslation();
  const versions = useInfiniteQuery(policyVersionsQuery);
  const [chosen, setChosen] = useState<number | null>(null);
  const rows = versions.data?.pages.flatMap((page) => page.entries) ?? [];
  if (versions.error !== null) return <ProblemNotice error={versions.error} onRetry={() => void versions.refetch()} />;
  if (versions.isPending) return <Skeleton height={240} radius="lg" />;
  return (
    <>
      <Panel flush>
        <div className={table.scroll}>
          <table className={table.table} aria-label={t('policy.tabs.versions')}>
            <thead>
              <tr>
                <th scope="col">{t('versions.version')}</th>
                <th scope="col">{t('versions.note')}</th>
                <th scope="col">{t('versions.published')}</th>
                <th scope="col">{t('versions.by')}</th>
                <th scope="col">{t('actions')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((version) => (
                <tr key={version.version}>
                  <td className={table.nowrap}>
                    {version.version} {version.active ? <b>{t('versions.active')}</b> : null}
                  </td>
                  <td className={table.wide}>{version.note || <span className="soft">{t('versions.noNote')}</span>}</td>
                  <td className={table.nowrap}>
                    <time dateTime={version.publishedAt}>{dateTime(version.publishedAt)}</time>
                  </td>
                  <td className={table.nowrap}>{version.publishedBy ?? t('actors.system')}</td>
                  <td className={table.nowrap}>
                    {version.active ? null : (
                      <Button size="compact-sm" variant="default" onClick={() => setChosen(version.version)}>
                        {t('versions.compare', { version: version.version })}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {versions.hasNextPage ? (
          <Button
            variant="subtle"
            m="sm"
            loading={versions.isFetchingNextPage}
            onClick={() => void versions.fetchNextPage()}
          >
            {t('more')}
          </Button>
        ) : null}
      </Panel>
      <VersionDialog editing={editing} version={chosen} onClose={() => setChosen(null)} />
    </>
  );
};
