import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JudgeTestAnswer } from '#contracts/judge.ts';
import { count, duration } from '../kit/format.ts';
import classes from './judges.module.css';

/** What came of a test: the model's verdict, or what is wrong. The words may be the model's own: plain text. */
export const JudgeTestResult = ({ answer }: { answer: JudgeTestAnswer }) => {
  const { t } = useTranslation();
  const Glyph = answer.ok ? IconCircleCheck : IconCircleX;
  const facts = [
    t('webhooks.took', { time: duration(answer.durationMs) }),
    ...(answer.model === null ? [] : [answer.model]),
    ...(answer.inputTokens === null || answer.outputTokens === null
      ? []
      : [t('judgeSettings.tokens', { input: count(answer.inputTokens), output: count(answer.outputTokens) })]),
  ];
  return (
    <div className={classes.result} data-ok={answer.ok}>
      <Glyph size={20} stroke={1.8} aria-hidden />
      <div>
        <p className={classes.resultTitle}>{answer.ok ? t('judgeSettings.testOk') : t('judgeSettings.testFailed')}</p>
        <p className={classes.message}>{answer.message}</p>
        <p className={classes.hint}>{facts.join(' · ')}</p>
      </div>
    </div>
  );
};
