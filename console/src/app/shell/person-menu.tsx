import { Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDeviceDesktop, IconKey, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { forgetEverything, signOut } from '../../session/session-commands.ts';
import { useSession } from '../../session/use-session.ts';
import classes from './person-menu.module.css';

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');

/** Who is signed in, with the scheme, the password and the way out. */
export const PersonMenu = ({
  className,
  labelClassName,
}: Record<'className' | 'labelClassName', string | undefined>) => {
  const { t } = useTranslation();
  const session = useSession();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = [
    { value: 'light', icon: IconSun },
    { value: 'dark', icon: IconMoon },
    { value: 'auto', icon: IconDeviceDesktop },
  ] as const;
  return (
    <Menu position="right-end" width={230} shadow="md" withinPortal>
      <Menu.Target>
        <UnstyledButton className={className}>
          <span className={classes.avatar} aria-hidden>
            {initials(session.displayName)}
          </span>
          <span className={labelClassName}>
            <VisuallyHidden>{t('person.menu')} </VisuallyHidden>
            <span className={classes.name}>{session.displayName}</span>
            <span className={classes.role}>{t(`roles.${session.role}`)}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('person.scheme')}</Menu.Label>
        {schemes.map(({ value, icon: Glyph }) => (
          <Menu.Item
            key={value}
            leftSection={<Glyph size={17} stroke={1.6} aria-hidden />}
            onClick={() => setColorScheme(value)}
            data-checked={colorScheme === value || undefined}
            className={classes.scheme}
            rightSection={colorScheme === value ? <span aria-hidden>✓</span> : null}
          >
            {t(`schemes.${value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={Link}
          {...{ to: '/settings/account' }}
          leftSection={<IconKey size={17} stroke={1.6} aria-hidden />}
        >
          {t('person.password')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={17} stroke={1.6} aria-hidden />}
          onClick={() =>
            void signOut()
              .then(() => navigate({ to: '/sign-in' }))
              .then(forgetEverything, (error: Error) =>
                notifications.show({ color: 'coral', title: t('person.signOutFailed'), message: error.message }),
              )
          }
        >
          {t('person.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
