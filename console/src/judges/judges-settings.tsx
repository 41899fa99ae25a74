import { Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type JudgeSettings, judgeTiers } from '#contracts/judge.ts';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { JudgeForm } from './judge-form.tsx';
import { judgesQuery } from './judge-queries.ts';
import { JudgeUsage } from './judge-usage.tsx';
import classes from './judges.module.css';

const stateOf = (judge: JudgeSettings | undefined): 'unset' | 'off' | 'broken' | 'on' => {
  if (judge === undefined) return 'unset';
  if (!judge.enabled) return 'off';
  return judge.breaker === 'closed' ? 'on' : 'broken';
};

/** The language models of layers 3 and 4. Without them, what the cheaper layers cannot settle goes to a person. */
export const JudgesSettings = () => {
  const { t } = useTranslation();
  const judges = useQuery(judgesQuery);
  if (judges.data === undefined) {
    return judges.error === null ? (
      <Skeleton height={400} radius="lg" />
    ) : (
      <ProblemNotice error={judges.error} onRetry={() => void judges.refetch()} />
    );
  }
  const of = (tier: (typeof judgeTiers)[number]) => judges.data.find((judge) => judge.tier === tier);
  return (
    <div className={classes.page}>
      <p className={classes.intro}>{t('judgeSettings.text')}</p>
      <Tabs defaultValue="small" variant="pills">
        <Tabs.List mb="lg" aria-label={t('judges.title')}>
          {judgeTiers.map((tier) => {
            const state = stateOf(of(tier));
            return (
              <Tabs.Tab key={tier} value={tier} className={classes.tab}>
                {t(`judges.tiers.${tier}`)}
                <span className={classes.state} data-state={state}>
                  {t(`judgeSettings.states.${state}`)}
                </span>
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        {judgeTiers.map((tier) => {
          const judge = of(tier);
          return (
            <Tabs.Panel key={tier} value={tier}>
              <p className={classes.intro}>{t(`judgeSettings.tierHints.${tier}`)}</p>
              <div className={classes.columns}>
                <JudgeForm key={judge === undefined ? 'unset' : 'set'} tier={tier} saved={judge} />
                {judge === undefined ? null : <JudgeUsage judge={judge} />}
              </div>
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </div>
  );
};
