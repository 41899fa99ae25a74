import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '#contracts/audit.ts';
import table from '../kit/data-table.module.css';
import { count, dateTime, humanise } from '../kit/format.ts';
import classes from './audit-table.module.css';

const short = (id: string): string => (id.length > 13 ? `${id.slice(0, 8)}…` : id);

const Row = ({ entry }: { entry: AuditEntry }) => {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Fragment>
      <tr>
        <td>
          <UnstyledButton
            className={classes.toggle}
            aria-expanded={open}
            aria-label={t('audit.details', { sequence: entry.sequence })}
            onClick={() => setOpen(!open)}
          >
            <IconChevronRight size={15} stroke={2} aria-hidden />
            {count(entry.sequence)}
          </UnstyledButton>
        </td>
        <td className={table.nowrap}>
          <time dateTime={entry.at}>{dateTime(entry.at)}</time>
        </td>
        <td className={classes.action}>{humanise(entry.action)}</td>
        <td className={table.nowrap}>
          {humanise(entry.subject.kind)} <span className="mono soft">{short(entry.subject.id)}</span>
        </td>
        <td className={table.nowrap}>
          {t(`actors.${entry.actor.kind}`)}
          {entry.actor.id === null ? null : <span className="mono soft"> {short(entry.actor.id)}</span>}
        </td>
        <td>
          <span className="mono soft">{entry.hash.slice(0, 12)}</span>
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={6}>
            <dl className={classes.details}>
              <dt>{t('audit.subject')}</dt>
              <dd>{entry.subject.id}</dd>
              <dt>{t('audit.actor')}</dt>
              <dd>{entry.actor.id ?? t(`actors.${entry.actor.kind}`)}</dd>
              <dt>{t('audit.content')}</dt>
              <dd>
                <pre>{JSON.stringify(entry.details, null, 2)}</pre>
              </dd>
              <dt>{t('audit.previous')}</dt>
              <dd>{entry.previousHash}</dd>
              <dt>{t('audit.hash')}</dt>
              <dd>{entry.hash}</dd>
            </dl>
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
};

export const AuditTable = ({ entries }: { entries: readonly AuditEntry[] }) => {
  const { t } = useTranslation();
  return (
    <div className={table.scroll}>
      <table className={table.table} aria-label={t('nav.audit')}>
        <thead>
          <tr>
            <th scope="col">{t('audit.column.sequence')}</th>
            <th scope="col">{t('audit.column.at')}</th>
            <th scope="col">{t('audit.column.action')}</th>
            <th scope="col">{t('audit.column.subject')}</th>
            <th scope="col">{t('audit.column.actor')}</th>
            <th scope="col">{t('audit.column.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.sequence} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
};
