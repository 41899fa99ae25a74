import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, UnexpectedAnswer, Unreachable } from './api/problem.ts';
import classes from './problem-notice.module.css';

interface ProblemNoticeProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** Less room, for inside forms and panels. */
  readonly compact?: boolean;
}

const useWording = (error: unknown): { title: string; detail: string; remedy: string } => {
  const { t } = useTranslation();
  if (error instanceof ApiProblem) {
    const { title, detail, remedy } = error.problem;
    return { title: title || t('problem.title'), detail, remedy };
  }
  if (error instanceof Unreachable) {
    return {
      title: t('problem.unreachable'),
      detail: t('problem.unreachableDetail'),
      remedy: t('problem.unreachableRemedy'),
    };
  }
  if (error instanceof UnexpectedAnswer) {
    return { title: t('problem.unexpected'), detail: error.message, remedy: t('problem.unexpectedRemedy') };
  }
  return {
    title: t('problem.title'),
    detail: error instanceof Error ? error.message : t('problem.unknown'),
    remedy: t('problem.reload'),
  };
};

/** What went wrong, where, and what to do about it. */
export const ProblemNotice = ({ error, onRetry, compact = false }: ProblemNoticeProps) => {
  const { t } = useTranslation();
  const { title, detail, remedy } = useWording(error);
  const places = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  const Glyph = error instanceof Unreachable ? IconCloudOff : IconAlertTriangle;
  return (
    <div className={classes.root} data-compact={compact || undefined} role="alert">
      <Glyph size={20} stroke={1.7} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        <p className={classes.title}>{title}</p>
        <p className={classes.detail}>{detail}</p>
        {places.length > 1 ? (
          <ul className={classes.places}>
            {places.slice(0, 8).map((place) => (
              <li key={`${place.path}${place.message}`}>
                <code>{place.path}</code> {place.message}
              </li>
            ))}
          </ul>
        ) : null}
        {remedy === '' ? null : <p className={classes.remedy}>{remedy}</p>}
        {onRetry === undefined ? null : (
          <Button size="compact-sm" variant="default" mt="xs" onClick={onRetry}>
            {t('states.retry')}
          </Button>
        )}
      </div>
    </div>
  );
};
