import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { humanise, score } from '../format.ts';
import { Panel } from '../panel.tsx';
import type { ImageScores as Scores } from '../picture/picture-evidence.ts';
import classes from './image-scores.module.css';

/** What image models said of their own classes. Raw numbers: the policy's thresholds are about categories. */
export const ImageScores = ({ scores }: { scores: readonly Scores[] }) => {
  const { t, i18n } = useTranslation();
  const nameOf = (name: string): string => {
    const key = `imageClasses.${name}`;
    return i18n.exists(key) ? i18n.t(key as 'imageClasses.porn') : humanise(name);
  };
  if (scores.length === 0) return null;
  return (
    <Panel title={t('imageScores.title')}>
      {scores.map(({ detector, version, partId, classes: found }) => (
        <div key={`${detector}${partId}`} className={classes.model}>
          <p className={classes.name}>
            {detector} {scores.length > 1 ? `${partId} ` : null}
            <span className="soft mono">{version}</span>
          </p>
          <ul className={classes.list}>
            {found.map(({ name, value }) => (
              <li key={name} className={classes.row}>
                <span>{nameOf(name)}</span>
                <span className={classes.track} aria-hidden style={{ '--value': value } as CSSProperties} />
                <span className="tabular">{score(value)}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p className={classes.hint}>{t('imageScores.hint')}</p>
    </Panel>
  );
};
