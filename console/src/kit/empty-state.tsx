import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  readonly icon: Icon;
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  /** Level of the heading; 1 where it is all that the page says. */
  readonly level?: 1 | 2;
}

/** Nothing here, said kindly, with what to do next. */
export const EmptyState = ({ icon: Glyph, title, text, action, level = 2 }: EmptyStateProps) => (
  <div className={classes.root}>
    <span className={classes.icon}>
      <Glyph size={28} stroke={1.5} aria-hidden />
    </span>
    {level === 1 ? <h1 className={classes.title}>{title}</h1> : <h2 className={classes.title}>{title}</h2>}
    {text === undefined ? null : <p className={classes.text}>{text}</p>}
    {action === undefined ? null : <div className={classes.action}>{action}</div>}
  </div>
);
