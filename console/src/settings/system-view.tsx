import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { ago, count, duration, humanise } from '../kit/format.ts';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useNow } from '../kit/use-now.ts';
import classes from './settings.module.css';
import { systemQuery } from './system-query.ts';

/** What this installation consists of. */
export const SystemView = () => {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const system = useQuery(systemQuery);
  if (system.error !== null) return <ProblemNotice error={system.error} onRetry={() => void system.refetch()} />;
  if (system.data === undefined) return <Skeleton height={300} radius="lg" />;
  const { version, startedAt, database, items, policyVersion, detectors } = system.data;
  return (
    <div className={classes.wide}>
      <Panel title={t('system.installation')}>
        <dl className={classes.facts}>
          <dt>{t('system.version')}</dt>
          <dd>{version}</dd>
          <dt>{t('system.started')}</dt>
          <dd>{ago(startedAt, now)}</dd>
          <dt>{t('system.database')}</dt>
          <dd>{database === 'embedded' ? t('system.embedded') : t('system.external')}</dd>
          <dt>{t('system.policy')}</dt>
          <dd>{t('item.policyNumber', { version: policyVersion })}</dd>
          <dt>{t('system.items')}</dt>
          <dd>{count(items)}</dd>
          <dt>{t('system.reference')}</dt>
          <dd>
            <a href="/docs" style={{ color: 'var(--tg-accent)' }}>
              {t('system.openReference')}
            </a>
          </dd>
        </dl>
      </Panel>
      <Panel title={t('system.detectors')} flush>
        <div className={table.scroll}>
          <table className={table.table} aria-label={t('system.detectors')}>
            <thead>
              <tr>
                <th scope="col">{t('system.layer')}</th>
                <th scope="col">{t('system.detector')}</th>
                <th scope="col">{t('system.detectorVersion')}</th>
                <th scope="col">{t('system.judges')}</th>
                <th scope="col">{t('system.timeout')}</th>
              </tr>
            </thead>
            <tbody>
              {[...detectors]
                .sort((a, b) => a.layer - b.layer)
                .map((detector) => (
                  <tr key={detector.id}>
                    <td>{detector.layer}</td>
                    <td>{detector.id}</td>
                    <td className="mono">{detector.version}</td>
                    <td>
                      {detector.judges.length === 0
                        ? t('system.signalsOnly')
                        : detector.judges.map(humanise).join(', ')}
                    </td>
                    <td className={table.nowrap}>{duration(detector.timeoutMs)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  );
};
