import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageTabsProps<Id extends string> {
  readonly tabs: readonly { readonly id: Id; readonly label: string; readonly view: ReactNode }[];
  /** From the address; the first tab where it names none. */
  readonly current: string | undefined;
  /** Puts the tab into the address. */
  readonly onChange: (id: string | undefined) => void;
}

/** The tabs that a page consists of. */
export const PageTabs = <Id extends string>({ tabs, current, onChange }: PageTabsProps<Id>) => (
  <Tabs
    value={(tabs.find(({ id }) => id === current) ?? tabs[0])?.id ?? null}
    onChange={(value) => onChange(value ?? undefined)}
  >
    <Tabs.List mb="lg">
      {tabs.map(({ id, label }) => (
        <Tabs.Tab key={id} value={id}>
          {label}
        </Tabs.Tab>
      ))}
    </Tabs.List>
    {tabs.map(({ id, view }) => (
      <Tabs.Panel key={id} value={id}>
        {view}
      </Tabs.Panel>
    ))}
  </Tabs>
);
