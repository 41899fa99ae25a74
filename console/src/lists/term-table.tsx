// biome-ignore-all lint/a11y/useSemanticElements: virtual rows are placed by hand, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows and headers are not interactive
import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Term, termModes } from '#contracts/lists.ts';
import { humanise } from '../kit/format.ts';
import classes from './term-table.module.css';

interface TermTableProps {
  readonly terms: readonly Term[];
  readonly categories: readonly string[];
  /** Category and severity of an allow list are not read. */
  readonly allow: boolean;
  readonly disabled: boolean;
  readonly onChange: (id: string, change: Partial<Term>) => void;
  readonly onRemove: (id: string) => void;
}

const rowHeight = 44;
const blockColumns = ['term', 'category', 'severity', 'mode', 'remove'] as const;
const allowColumns = ['term', 'mode', 'remove'] as const;

const Row = memo(
  ({ term, categories, allow, disabled, onChange, onRemove }: Omit<TermTableProps, 'terms'> & { term: Term }) => {
    const { t } = useTranslation();
    const options = categories.includes(term.category) ? categories : [term.category, ...categories];
    return (
      <>
        <div role="cell" className={classes.term}>
          <input
            aria-label={t('terms.termOf', { term: term.term })}
            value={term.term}
            disabled={disabled}
            maxLength={200}
            onChange={(event) => onChange(term.id, { term: event.currentTarget.value })}
          />
        </div>
        {allow ? null : (
          <div role="cell">
            <select
              aria-label={t('terms.categoryOf', { term: term.term })}
              value={term.category}
              disabled={disabled}
              onChange={(event) => onChange(term.id, { category: event.currentTarget.value })}
            >
              {options.map((category) => (
                <option key={category} value={category}>
                  {humanise(category)}
                </option>
              ))}
            </select>
          </div>
        )}
        {allow ? null : (
          <div role="cell">
            <select
              aria-label={t('terms.severityOf', { term: term.term })}
              value={term.severity}
              disabled={disabled}
              onChange={(event) => onChange(term.id, { severity: Number(event.currentTarget.value) })}
            >
              {[1, 2, 3, 4, 5].map((severity) => (
                <option key={severity}>{severity}</option>
              ))}
            </select>
          </div>
        )}
        <div role="cell">
          <select
            aria-label={t('terms.modeOf', { term: term.term })}
            value={term.mode}
            disabled={disabled}
            onChange={(event) => onChange(term.id, { mode: event.currentTarget.value as Term['mode'] })}
          >
            {termModes.map((mode) => (
              <option key={mode} value={mode}>
                {t(`termModes.${mode}`)}
              </option>
            ))}
          </select>
        </div>
        <div role="cell">
          {disabled ? null : (
            <ActionIcon
              color="gray"
              aria-label={t('terms.remove', { term: term.term })}
              onClick={() => onRemove(term.id)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </div>
      </>
    );
  },
);

/** Tens of thousands of terms: only the rows in sight exist. */
export const TermTable = (props: TermTableProps) => {
  const { terms, ...rest } = props;
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const columns = props.allow ? allowColumns : blockColumns;
  const virtual = useVirtualizer({
    count: terms.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 5,
    getItemKey: (index) => terms[index]?.id ?? index,
  });
  if (terms.length === 0) return <p className={classes.none}>{t('terms.none')}</p>;
  return (
    <div
      role="table"
      aria-label={t('lists.terms')}
      aria-rowcount={terms.length + 1}
      className={classes.table}
      data-allow={props.allow || undefined}
    >
      <div role="rowgroup">
        <div role="row" className={classes.head} aria-rowindex={1}>
          {columns.map((column) => (
            <div role="columnheader" key={column}>
              {column === 'remove' ? t('actions') : t(`terms.${column}`)}
            </div>
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div role="rowgroup" className={classes.scroll} ref={scroll} tabIndex={0}>
        <div className={classes.space} style={{ height: virtual.getTotalSize() }} role="presentation">
          {virtual.getVirtualItems().map((item) => {
            const term = terms[item.index];
            if (term === undefined) return null;
            return (
              <div
                role="row"
                key={item.key}
                className={classes.row}
                aria-rowindex={item.index + 2}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Row term={term} {...rest} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
};
