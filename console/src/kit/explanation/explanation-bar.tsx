import { Loader, UnstyledButton } from '@mantine/core';
import { type CSSProperties, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { categoryHue } from '../category-hue.ts';
import { humanise } from '../format.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import classes from './explanation-bar.module.css';
import type { WordExplanation } from './use-explanation.ts';

const Choices = ({ explanation: { choices, chosen, choose } }: { explanation: WordExplanation }) => {
  const { t } = useTranslation();
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot sit in the line
    <div className={classes.choices} role="group" aria-labelledby={id}>
      <span id={id} className={classes.label}>
        {t('explanation.labels')}
      </span>
      {choices.map(({ label }) => (
        <UnstyledButton
          key={label}
          className={classes.chip}
          style={{ '--hue': categoryHue(label) } as CSSProperties}
          aria-pressed={label === chosen}
          onClick={() => choose(label)}
        >
          <span className={classes.dot} aria-hidden />
          {humanise(label)}
        </UnstyledButton>
      ))}
    </div>
  );
};

/** What goes with the marked words: whose they are, how to read them, and why there may be none. Nothing while they are not asked for. */
export const ExplanationBar = ({ explanation }: { explanation: WordExplanation }) => {
  const { t } = useTranslation();
  const { open, state, error, retry, choices, chosen, marked, unknownLanguage, tooLong } = explanation;
  if (!open) return null;
  if (state === 'failed') {
    return (
      <div className={classes.root}>
        <ProblemNotice error={error} onRetry={retry} compact />
      </div>
    );
  }
  const message = (): string => {
    if (state === 'pending') return t('explanation.pending');
    if (unknownLanguage !== undefined) return t('explanation.language', { language: unknownLanguage });
    if (chosen === undefined) return t('explanation.nothing');
    return marked === 0
      ? t('explanation.noWord', { label: humanise(chosen) })
      : t('explanation.legend', { count: marked, label: humanise(chosen) });
  };
  return (
    <div className={classes.root}>
      {choices.length === 0 ? null : <Choices explanation={explanation} />}
      <p className={classes.message} role="status">
        {state === 'pending' ? <Loader size={14} aria-hidden /> : null}
        <span>
          {message()}
          {tooLong > 0 && state === 'ready' ? ` ${t('explanation.tooLong')}` : null}
        </span>
      </p>
    </div>
  );
};
