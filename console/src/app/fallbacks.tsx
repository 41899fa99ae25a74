import { Button } from '@mantine/core';
import { IconBuildingLighthouse } from '@tabler/icons-react';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/empty-state.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';

export const NotFound = () => {
  const { t } = useTranslation();
  return (
    <main id="main" style={{ padding: '10vh 1.5rem' }}>
      <EmptyState
        level={1}
        icon={IconBuildingLighthouse}
        title={t('states.notFoundTitle')}
        text={t('states.notFoundText')}
        action={
          <Button component={Link} to="/">
            {t('states.home')}
          </Button>
        }
      />
    </main>
  );
};

/** What a screen shows when it could not be drawn, with a way to try again. */
export const RouteFailure = ({ error, reset }: ErrorComponentProps) => {
  const router = useRouter();
  return (
    <main id="main" style={{ padding: '8vh 1.5rem', maxWidth: '44rem', margin: '0 auto' }}>
      <ProblemNotice
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
};
