import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CategoryTag } from '../category-tag.tsx';
import { humanise } from '../format.ts';
import { Panel } from '../panel.tsx';
import type { HashMatch } from '../picture/picture-evidence.ts';
import classes from './hash-matches.module.css';

/** How near a known file is, in words and bits. */
export const Nearness = ({ algorithm, distance }: { algorithm: HashMatch['algorithm']; distance: number }) => {
  const { t } = useTranslation();
  return (
    <span className={classes.nearness}>
      <b>{t(`hashAlgorithms.${algorithm}`)}</b>{' '}
      <span className="soft">{algorithm === 'pdq' ? t('matches.bits', { count: distance }) : t('matches.exact')}</span>
    </span>
  );
};

/** The banks that know a file, what kind of match it is, and what came of it. */
export const HashMatches = ({ matches, linked = true }: { matches: readonly HashMatch[]; linked?: boolean }) => {
  const { t, i18n } = useTranslation();
  const effect = (behaviour: string): string => {
    const key = `bankEffects.${behaviour}`;
    return i18n.exists(key) ? i18n.t(key as 'bankEffects.block') : humanise(behaviour);
  };
  if (matches.length === 0) return null;
  return (
    <Panel title={t('matches.title')}>
      <ul className={classes.list}>
        {matches.map((match) => (
          <li
            key={`${match.bank}${match.algorithm}${match.partId}${match.distance}`}
            className={classes.match}
            data-behaviour={match.behaviour}
          >
            <span className={classes.bank}>
              {linked ? (
                <Link to="/banks/bank/$bankId/{-$tab}" params={{ bankId: match.bank }}>
                  {match.bank}
                </Link>
              ) : (
                match.bank
              )}
              {match.category === undefined ? null : <CategoryTag category={match.category} />}
            </span>
            <Nearness algorithm={match.algorithm} distance={match.distance} />
            <span className={classes.effect}>{effect(match.behaviour)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
};
