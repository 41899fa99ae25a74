import { useEffect, useRef } from 'react';
import { type Shortcut, shortcutRegistry } from './shortcut-registry.ts';

/** Binds a shortcut for as long as the calling component is there. `active: false` takes it out of the help, too. */
export const useShortcut = (shortcut: Shortcut & { readonly active?: boolean }): void => {
  const run = useRef(shortcut.run);
  run.current = shortcut.run;
  const { keys, label, group, inFields, inDialogs, active = true } = shortcut;
  useEffect(() => {
    if (!active) return;
    return shortcutRegistry.add({ keys, label, group, inFields, inDialogs, run: (event) => run.current(event) });
  }, [keys, label, group, inFields, inDialogs, active]);
};
