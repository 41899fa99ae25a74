import type { ReactNode } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Without padding, for tables that reach the edge. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
}

/** A surface on the page. With a title it is a section of its own. */
export const Panel = ({ title, aside, children, flush = false, className }: PanelProps) => (
  <section className={`${classes.panel} ${className ?? ''}`} data-flush={flush || undefined}>
    {title === undefined ? null : (
      <header className={classes.header}>
        <h2 className={classes.title}>{title}</h2>
        {aside}
      </header>
    )}
    {children}
  </section>
);
