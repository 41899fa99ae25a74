import { Button } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Keys } from '../shortcuts/keys.tsx';

/** Uncovers what is covered, and covers it again. */
export const RevealButton = ({ revealed, onReveal }: { revealed: boolean; onReveal: () => void }) => {
  const { t } = useTranslation();
  return (
    <Button
      size="compact-sm"
      variant={revealed ? 'default' : 'light'}
      onClick={onReveal}
      aria-pressed={revealed}
      leftSection={revealed ? <IconEyeOff size={15} aria-hidden /> : <IconEye size={15} aria-hidden />}
      rightSection={<Keys keys="Space" />}
    >
      {revealed ? t('desk.cover') : t('desk.reveal')}
    </Button>
  );
};
