import { UnstyledButton } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { categoryHue } from '../category-hue.ts';
import { EvidenceText } from '../evidence-text.tsx';
import { humanise } from '../format.ts';
import classes from './found-list.module.css';
import type { PictureMark } from './picture-evidence.ts';

interface FoundListProps {
  readonly marks: readonly PictureMark[];
  readonly active: string | null;
  readonly onActive: (key: string | null) => void;
}

/** What was found in a picture, line by line; pointing at a line points at its frame in the picture. */
export const FoundList = ({ marks, active, onActive }: FoundListProps) => {
  const { t } = useTranslation();
  return (
    <ol className={classes.list} aria-label={t('picture.found')}>
      {marks.map((mark, index) => (
        <li
          key={mark.key}
          className={classes.line}
          data-active={active === mark.key || undefined}
          data-found={mark.kind === 'region' || mark.findings.length > 0 || undefined}
          style={{ '--hue': categoryHue(mark.category) } as CSSProperties}
          onMouseEnter={() => onActive(mark.key)}
          onMouseLeave={() => onActive(null)}
          onFocus={() => onActive(mark.key)}
          onBlur={() => onActive(null)}
        >
          <UnstyledButton className={classes.number} aria-label={t('picture.show', { number: index + 1 })}>
            {index + 1}
          </UnstyledButton>
          <span className={classes.text}>
            {mark.kind === 'text' ? (
              <EvidenceText text={mark.text} findings={mark.findings} />
            ) : (
              <>
                {mark.text}
                {mark.category === undefined ? null : <span className="soft"> · {humanise(mark.category)}</span>}
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
};
