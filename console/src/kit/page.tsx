import type { ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  /** Buttons at the end of the title's line. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Reading width instead of the whole window. */
  readonly narrow?: boolean;
}

/** A screen with its one heading. */
export const Page = ({ title, text, actions, children, narrow = false }: PageProps) => (
  <div className={classes.page} data-narrow={narrow || undefined}>
    <header className={classes.header}>
      <div className={classes.heading}>
        <h1 className={classes.title}>{title}</h1>
        {text === undefined ? null : <p className={classes.text}>{text}</p>}
      </div>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </header>
    {children}
  </div>
);
