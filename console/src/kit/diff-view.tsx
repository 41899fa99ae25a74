import { useTranslation } from 'react-i18next';
import classes from './diff-view.module.css';
import { condense, diffLines } from './line-diff.ts';

const signs = { same: ' ', added: '+', removed: '−' };

/** What changed from one text to the other. */
export const DiffView = ({ before, after, label }: { before: string; after: string; label: string }) => {
  const { t } = useTranslation();
  const lines = condense(diffLines(before, after), 3);
  if (lines.every((line) => line === null)) return <p className={classes.none}>{t('diff.none')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={classes.diff} aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <tbody>
          {lines.map((line, index) =>
            line === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one comparison never move
              <tr key={index} className={classes.gap}>
                <td colSpan={3}>⋯</td>
              </tr>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one comparison never move
              <tr key={index} data-kind={line.kind}>
                <td className={classes.number}>{line.after ?? line.before}</td>
                <td className={classes.sign}>
                  <span aria-hidden>{signs[line.kind]}</span>
                  {line.kind === 'same' ? null : <span className={classes.word}>{t(`diff.${line.kind}`)}</span>}
                </td>
                <td className={classes.text}>{line.text}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </section>
  );
};
