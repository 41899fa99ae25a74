import { useLocalStorage } from '@mantine/hooks';
import { useRef } from 'react';
import { useHotkeys } from 'react-hotkeys-hook';
import { keyName, matchShortcut, shortcutRegistry } from './shortcut-registry.ts';

const sequenceTimeoutMs = 1_200;

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type));

/** Whether the element under the focus uses the key itself. */
const isTakenByFocus = (event: KeyboardEvent): boolean =>
  event.target instanceof Element &&
  (event.key === ' ' || event.key === 'Enter') &&
  event.target.closest('button, a[href], summary, [role="option"], [role="tab"], input[type="checkbox"]') !== null;

const dialogIsOpen = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"]') !== null;

/** WCAG 2.1.4: shortcuts of a single character can be turned off. */
export const useShortcutsEnabled = () => useLocalStorage({ key: 'tidegate-shortcuts', defaultValue: true });

/** Listens for the whole page; called once, at the top. */
export const useShortcutListener = (): void => {
  const [enabled] = useShortcutsEnabled();
  const pending = useRef({ keys: '', at: 0 });
  useHotkeys(
    '*',
    (event) => {
      if (event.isComposing || event.altKey || event.defaultPrevented) return;
      if (['Shift', 'Control', 'Meta', 'Alt'].includes(event.key)) return;
      const field = isField(event.target);
      const dialog = dialogIsOpen();
      const candidates = shortcutRegistry
        .current()
        .filter(
          (shortcut) =>
            (!field || shortcut.inFields === true) &&
            (!dialog || shortcut.inDialogs === true) &&
            (enabled || shortcut.keys.startsWith('Mod+') || shortcut.keys === 'Escape'),
        );
      const before = event.timeStamp - pending.current.at < sequenceTimeoutMs ? pending.current.keys : '';
      const match = matchShortcut(candidates, before, keyName(event));
      pending.current = { keys: match.pending, at: event.timeStamp };
      if (match.shortcut === undefined || isTakenByFocus(event)) return;
      event.preventDefault();
      match.shortcut.run(event);
    },
    { enableOnFormTags: true, enableOnContentEditable: true, ignoreModifiers: true },
    [enabled],
  );
};
