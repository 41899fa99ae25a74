import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './offline-banner.module.css';

export const OfflineBanner = () => {
  const { t } = useTranslation();
  return (
    <p className={classes.banner} role="status">
      <IconCloudOff size={18} stroke={1.7} aria-hidden />
      {t('states.offline')}
    </p>
  );
};
