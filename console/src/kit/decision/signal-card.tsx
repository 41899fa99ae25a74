import { useTranslation } from 'react-i18next';
import { fileSigns } from '#contracts/media.ts';
import type { Evidence, Signal } from '#contracts/signal.ts';
import { duration, humanise, percent, score } from '../format.ts';
import classes from './signal-card.module.css';

const readable = (value: number | string | boolean): string =>
  typeof value === 'number' ? (Number.isInteger(value) ? String(value) : value.toFixed(2)) : String(value);

const describe = (evidence: Evidence): string => {
  const label = evidence.label === '' ? evidence.kind : evidence.label;
  if (evidence.kind === 'span') return `${label} (${evidence.partId} ${evidence.start}–${evidence.end})`;
  if (evidence.kind === 'rule') return `${label} (${evidence.ruleId})`;
  if (evidence.kind === 'fact') return `${label}: ${readable(evidence.value)}`;
  if (evidence.kind === 'hash_match') {
    return `${label} (${evidence.bank}, ${evidence.algorithm}, ${evidence.distance}, ${evidence.behaviour})`;
  }
  if (evidence.kind === 'box') {
    const place = [evidence.x, evidence.y, evidence.width, evidence.height].map(percent);
    return `${label} (${evidence.partId} ${place.join(', ')})`;
  }
  return label;
};

const signs: ReadonlySet<string> = new Set(fileSigns);

/** What a model says in words stands among the opinions, with its warning; signs that a file does not show are nothing to tell. */
const isTold = ([name, value]: readonly [string, unknown]): boolean =>
  name !== 'judge_rationale' && !(value === false && signs.has(name));

const mostEvidence = 12;

/** What one detector said, as it was recorded. */
export const SignalCard = ({ signal }: { signal: Signal }) => {
  const { t } = useTranslation();
  const scores = Object.entries(signal.scores).sort((a, b) => b[1] - a[1]);
  const attributes = Object.entries(signal.attributes).filter(isTold);
  return (
    <article className={classes.card} data-status={signal.status} aria-label={signal.detector}>
      <header className={classes.header}>
        <p className={classes.name}>
          {signal.detector}
          {signal.partId === undefined ? null : <span className={classes.part}> {signal.partId}</span>}
        </p>
        <span className={`${classes.version} mono`}>{signal.version}</span>
        <span className={classes.status}>{t(`signals.${signal.status}`)}</span>
        <span className={`${classes.time} tabular`}>{duration(signal.durationMs)}</span>
      </header>
      {signal.reason === undefined ? null : <p className={classes.reason}>{signal.reason}</p>}
      {signal.reused ? <p className={classes.reason}>{t('signals.reused')}</p> : null}
      {scores.length === 0 ? null : (
        <p className={classes.values}>
          {scores.map(([category, value]) => (
            <span key={category} className={classes.value}>
              {humanise(category)} <b>{score(value)}</b>
            </span>
          ))}
        </p>
      )}
      {attributes.length === 0 ? null : (
        <p className={classes.values} data-kind="attributes">
          {attributes.map(([name, value]) => (
            <span key={name} className={classes.value}>
              {humanise(name)} <b>{readable(value)}</b>
            </span>
          ))}
        </p>
      )}
      {signal.evidence.length === 0 ? null : (
        <ul className={classes.evidence}>
          {signal.evidence.slice(0, mostEvidence).map((evidence) => (
            <li key={JSON.stringify(evidence)}>
              {evidence.category === undefined ? null : <b>{humanise(evidence.category)} </b>}
              {describe(evidence)}
            </li>
          ))}
          {signal.evidence.length > mostEvidence ? (
            <li>{t('signals.more', { more: signal.evidence.length - mostEvidence })}</li>
          ) : null}
        </ul>
      )}
      {signal.effects === undefined || signal.effects.length === 0 ? null : (
        <p className={classes.values}>
          {signal.effects.map((effect) => (
            <code key={JSON.stringify(effect)} className={classes.effect}>
              {Object.values(effect).map(String).join(' ')}
            </code>
          ))}
        </p>
      )}
    </article>
  );
};
