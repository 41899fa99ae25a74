import { Button, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../kit/copy-text.tsx';
import classes from './deliveries.module.css';

/** A secret, the only time that it can be seen. */
export const SecretShown = ({ secret, onDone }: { secret: string; onDone: () => void }) => {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <p style={{ margin: 0 }}>{t('webhooks.secretText')}</p>
      <div className={classes.secret} data-testid="new-secret">
        {secret}
      </div>
      <Group justify="space-between">
        <CopyText text={secret} label={t('webhooks.copySecret')} />
        <Button onClick={onDone}>{t('apiKeys.done')}</Button>
      </Group>
    </Stack>
  );
};
