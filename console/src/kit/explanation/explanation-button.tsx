import { Button } from '@mantine/core';
import { IconHighlight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Keys } from '../shortcuts/keys.tsx';
import type { WordExplanation } from './use-explanation.ts';

/** Shows the words that move the score, and goes back to what the decision found. Nothing where no text can be explained. */
export const ExplanationButton = ({ explanation }: { explanation: WordExplanation }) => {
  const { t } = useTranslation();
  const { possible, open, toggle } = explanation;
  if (!possible) return null;
  return (
    <Button
      size="compact-sm"
      variant={open ? 'light' : 'subtle'}
      onClick={toggle}
      aria-pressed={open}
      leftSection={<IconHighlight size={15} aria-hidden />}
      rightSection={<Keys keys="h" />}
    >
      {t('explanation.show')}
    </Button>
  );
};
