import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../app/shell/mark.tsx';
import classes from './entry-frame.module.css';

/** The page before the shell: the water on one side, the form on the other. */
export const EntryFrame = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => {
  const { t } = useTranslation();
  return (
    <div className={classes.frame}>
      <div className={classes.sea} aria-hidden="true">
        <div className={classes.brand}>
          <Mark size={36} />
          {t('product')}
        </div>
        <p className={classes.line}>{t('entry.line')}</p>
        <svg className={classes.water} viewBox="0 0 800 400" preserveAspectRatio="none" aria-hidden="true">
          <path d="M0 120c100-70 200-70 300 0s200 70 300 0 150-50 200-26v306H0z" opacity=".35" />
          <path d="M0 200c90-60 180-60 270 0s180 60 270 0 190-56 260-18v218H0z" opacity=".5" />
          <path d="M0 290c110-56 220-56 330 0s220 56 330 0 100-30 140-20v130H0z" opacity=".8" />
        </svg>
      </div>
      <main id="main" className={classes.main}>
        <div className={classes.form}>
          <h1 className={classes.title}>{title}</h1>
          <p className={classes.text}>{text}</p>
          {children}
        </div>
      </main>
    </div>
  );
};
