import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './domain-rows.module.css';

interface DomainRowsProps {
  readonly domains: readonly string[];
  readonly disabled: boolean;
  readonly onRemove: (domain: string) => void;
}

export const DomainRows = ({ domains, disabled, onRemove }: DomainRowsProps) => {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: domains.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 40,
    overscan: 12,
  });
  if (domains.length === 0) return <p className={classes.none}>{t('domains.none')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={classes.scroll} ref={scroll} tabIndex={0} aria-label={t('lists.domains')}>
      <ul className={classes.space} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const domain = domains[item.index] ?? '';
          return (
            <li
              key={domain}
              className={classes.row}
              aria-setsize={domains.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <span className="mono">{domain}</span>
              {disabled ? null : (
                <ActionIcon color="gray" aria-label={t('domains.remove', { domain })} onClick={() => onRemove(domain)}>
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
};
