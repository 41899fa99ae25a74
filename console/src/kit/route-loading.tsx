import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A screen on its way. */
export const RouteLoading = () => {
  const { t } = useTranslation();
  return (
    <div style={{ display: 'grid', placeItems: 'center', minHeight: '40vh' }} role="status">
      <Loader type="dots" aria-label={t('states.loading')} />
    </div>
  );
};
