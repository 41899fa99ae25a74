import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './keys.module.css';

const symbols: Record<string, string> = { Escape: 'Esc', Enter: '↵', ArrowUp: '↑', ArrowDown: '↓' };
const isMac = /mac/i.test(navigator.userAgent);

const parts = (keys: string): string[] =>
  keys.split(' ').flatMap((key) => key.split('+').map((part) => (part === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : part)));

/** A shortcut as keys on a keyboard: `g q` as two of them. Decoration only beside a control that has its own name. */
export const Keys = ({ keys, decorative = true }: { keys: string; decorative?: boolean }) => {
  const { t } = useTranslation();
  return (
    <span className={classes.keys} aria-hidden={decorative ? true : undefined}>
      {parts(keys).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same key may come twice in a sequence
        <kbd key={index} className={classes.key}>
          {symbols[part] ?? (part.length === 1 ? part.toUpperCase() : part)}
          {decorative || symbols[part] === undefined ? null : (
            <VisuallyHidden>{t('keys.named', { part })}</VisuallyHidden>
          )}
        </kbd>
      ))}
    </span>
  );
};
