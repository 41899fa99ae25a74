/** A key, or keys in sequence, and what it does. */
export interface Shortcut {
  /** The produced key as in `a`, `?`, `Escape`, `Space`; a sequence as in `g q`; `Mod+Enter` with Ctrl or Cmd. */
  readonly keys: string;
  readonly label: string;
  /** Heading under which the help lists it. */
  readonly group: string;
  readonly run: (event: KeyboardEvent) => void;
  /** Also while a field has the focus. */
  readonly inFields?: boolean | undefined;
  /** Also while a dialog is open. */
  readonly inDialogs?: boolean | undefined;
}

/** The pressed key as a shortcut writes it: as produced, so that layouts other than QWERTY work. */
export const keyName = (event: KeyboardEvent): string => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const named = key === ' ' ? 'Space' : key;
  return event.ctrlKey || event.metaKey ? `Mod+${named}` : named;
};

interface Match {
  readonly shortcut: Shortcut | undefined;
  /** What has been typed of a longer sequence. */
  readonly pending: string;
}

/** Finds the shortcut for a key after what was pending. The latest registration wins, so that a screen can narrow a key. */
export const matchShortcut = (shortcuts: readonly Shortcut[], pending: string, key: string): Match => {
  const typed = pending === '' ? key : `${pending} ${key}`;
  const exact = shortcuts.findLast((shortcut) => shortcut.keys === typed);
  if (exact !== undefined) return { shortcut: exact, pending: '' };
  const leadsOn = shortcuts.some((shortcut) => shortcut.keys.startsWith(`${typed} `));
  // A key after a prefix that leads nowhere is swallowed: `g a` must never mean `a`.
  return { shortcut: undefined, pending: leadsOn ? typed : '' };
};

let registered: readonly Shortcut[] = [];
const listeners = new Set<() => void>();
const change = (next: readonly Shortcut[]): void => {
  registered = next;
  for (const listener of listeners) listener();
};

/** The shortcuts of what is on the screen now. */
export const shortcutRegistry = {
  add: (shortcut: Shortcut): (() => void) => {
    change([...registered, shortcut]);
    return () => change(registered.filter((other) => other !== shortcut));
  },
  current: (): readonly Shortcut[] => registered,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
