import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** Copies a text and says so. */
export const CopyText = ({ text, label }: { text: string; label: string }) => {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <Button
      variant="default"
      size="compact-sm"
      onClick={() => clipboard.copy(text)}
      leftSection={clipboard.copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
    >
      <span aria-live="polite">{clipboard.copied ? t('copied') : label}</span>
    </Button>
  );
};
