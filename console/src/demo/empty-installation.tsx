import { Button, Progress } from '@mantine/core';
import { IconFlask, IconSailboat } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/empty-state.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { useMay } from '../session/use-session.ts';
import { demoQuery, startDemo } from './demo-queries.ts';
import classes from './empty-installation.module.css';

/** Nothing has come in yet: offers the demo community, which goes through the real pipeline, and a text to try. */
export const EmptyInstallation = () => {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayLoad = useMay('loadDemo');
  const { data: demo } = useQuery(demoQuery);
  const start = useMutation({
    mutationFn: startDemo,
    onSuccess: (progress) => client.setQueryData(demoQuery.queryKey, progress),
  });
  const running = demo?.running ?? false;
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && !running) void client.invalidateQueries();
    wasRunning.current = running;
  }, [running, client]);
  const percent = demo === undefined || demo.total === 0 ? 0 : Math.round((demo.sent / demo.total) * 100);
  return (
    <EmptyState
      icon={IconSailboat}
      title={t('demo.title')}
      text={mayLoad ? t('demo.text') : t('demo.textOthers')}
      action={
        running ? (
          <div className={classes.progress}>
            <Progress value={percent} aria-label={t('demo.progress')} size="lg" radius="xl" />
            <p className={`${classes.count} tabular`} role="status">
              {t('demo.sent', { sent: demo?.sent ?? 0, total: demo?.total ?? 0 })}
            </p>
          </div>
        ) : (
          <>
            {mayLoad ? (
              <Button onClick={() => start.mutate()} loading={start.isPending}>
                {t('demo.load')}
              </Button>
            ) : null}
            <Button
              variant="default"
              leftSection={<IconFlask size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/try" {...props} />}
            >
              {t('demo.try')}
            </Button>
            {start.error === null ? null : <ProblemNotice error={start.error} compact />}
          </>
        )
      }
    />
  );
};
