import { Progress } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { JudgeSettings } from '#contracts/judge.ts';
import table from '../kit/data-table.module.css';
import { ago, count, dateTime, dollars, duration } from '../kit/format.ts';
import { PagedTable } from '../kit/paged-table.tsx';
import { Panel } from '../kit/panel.tsx';
import { useNow } from '../kit/use-now.ts';
import { judgeCallsQuery } from './judge-queries.ts';
import classes from './judges.module.css';

const Today = ({ judge }: { judge: JudgeSettings }) => {
  const { t } = useTranslation();
  const { today, breaker, dailyCostUsd } = judge;
  const share = dailyCostUsd === null || dailyCostUsd === 0 ? null : Math.min(1, today.costUsd / dailyCostUsd);
  const facts: readonly (readonly [string, string])[] = [
    [t('judgeUsage.requests'), count(today.requests)],
    [t('judgeUsage.failures'), count(today.failures)],
    [t('judgeUsage.cached'), count(today.cached)],
    [t('judgeUsage.input'), count(today.inputTokens)],
    [t('judgeUsage.output'), count(today.outputTokens)],
  ];
  return (
    <Panel
      title={t('judgeUsage.title')}
      aside={
        <span className={classes.breaker} data-breaker={breaker}>
          {t(`judgeBreakers.${breaker}`)}
        </span>
      }
    >
      <dl className={classes.counts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.cost}>
        <b className="tabular">{dollars(today.costUsd)}</b>{' '}
        {dailyCostUsd === null
          ? t('judgeUsage.noCap')
          : t(share === 1 ? 'judgeUsage.capReached' : 'judgeUsage.ofCap', { cap: dollars(dailyCostUsd) })}
      </p>
      {share === null ? null : (
        <Progress
          value={share * 100}
          color={share >= 1 ? 'coral' : 'tide'}
          aria-label={t('judgeUsage.costOfCap')}
          mt={6}
        />
      )}
      {breaker === 'closed' ? null : <p className={classes.hint}>{t(`judgeBreakerHints.${breaker}`)}</p>}
    </Panel>
  );
};

/** What a tier did today against its cap, and its last calls. */
export const JudgeUsage = ({ judge }: { judge: JudgeSettings }) => {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const calls = useInfiniteQuery(judgeCallsQuery(judge.tier));
  return (
    <div className={classes.side}>
      <Today judge={judge} />
      <PagedTable
        query={calls}
        label={t('judgeUsage.calls')}
        empty={<p className={classes.hint}>{t('judgeUsage.noCalls')}</p>}
        head={
          <>
            <th scope="col">{t('judgeUsage.when')}</th>
            <th scope="col">{t('judgeUsage.status')}</th>
            <th scope="col" className={table.number}>
              {t('judgeUsage.took')}
            </th>
            <th scope="col" className={table.number}>
              {t('judgeUsage.cost')}
            </th>
          </>
        }
        row={(call) => (
          <tr key={call.id}>
            <td className={table.nowrap}>
              <time dateTime={call.at} title={dateTime(call.at)}>
                {ago(call.at, now)}
              </time>
            </td>
            <td>
              <span className={classes.status} data-status={call.status}>
                {t(`judgeCalls.${call.status}`)}
              </span>
              <span className={classes.callModel}>{call.model}</span>
            </td>
            <td className={table.number}>{duration(call.durationMs)}</td>
            <td className={table.number}>{dollars(call.costUsd)}</td>
          </tr>
        )}
      />
    </div>
  );
};
