import { Modal, Switch } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Keys } from '../../kit/shortcuts/keys.tsx';
import { type Shortcut, shortcutRegistry } from '../../kit/shortcuts/shortcut-registry.ts';
import { useShortcutsEnabled } from '../../kit/shortcuts/use-shortcut-listener.ts';
import classes from './shortcut-help.module.css';

const byGroup = (shortcuts: readonly Shortcut[]): [string, Shortcut[]][] => {
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of shortcuts) {
    const group = groups.get(shortcut.group) ?? [];
    if (!group.some((other) => other.label === shortcut.label)) group.push(shortcut);
    groups.set(shortcut.group, group);
  }
  return [...groups].reverse();
};

/** Every key that does something on the screen at hand; nothing that does not. */
export const ShortcutHelp = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const { t } = useTranslation();
  const shortcuts = useSyncExternalStore(shortcutRegistry.subscribe, shortcutRegistry.current);
  const [enabled, setEnabled] = useShortcutsEnabled();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keys.help')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className={classes.groups}>
        {byGroup(shortcuts).map(([group, entries]) => (
          <section key={group}>
            <h3 className={classes.heading}>{group}</h3>
            <dl className={classes.list}>
              {entries.map((shortcut) => (
                <div key={shortcut.keys} className={classes.row}>
                  <dt>{shortcut.label}</dt>
                  <dd>
                    <Keys keys={shortcut.keys} decorative={false} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        mt="lg"
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
        label={t('keys.enabled')}
        description={t('keys.enabledHint')}
      />
    </Modal>
  );
};
