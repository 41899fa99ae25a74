import { useNetwork } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RouteLoading } from '../../kit/route-loading.tsx';
import { useShortcut } from '../../kit/shortcuts/use-shortcut.ts';
import { useShortcutListener } from '../../kit/shortcuts/use-shortcut-listener.ts';
import { sessionQuery } from '../../session/session-query.ts';
import { SessionContext, useSession } from '../../session/use-session.ts';
import { type Destination, destinations, destinationsFor } from './destinations.ts';
import { OfflineBanner } from './offline-banner.tsx';
import classes from './shell.module.css';
import { ShortcutHelp } from './shortcut-help.tsx';
import { Sidebar } from './sidebar.tsx';

const GoTo = ({ destination }: { destination: Destination }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useShortcut({
    keys: destination.keys,
    label: t(`nav.${destination.id}`),
    group: t('keys.goTo'),
    run: () => void navigate({ to: destination.to, params: {}, search: {} }),
  });
  return null;
};

/** Moves the focus to the new screen, so that a keyboard or screen reader starts where the change is. */
const useFocusOnNavigation = (path: string) => {
  const main = useRef<HTMLElement>(null);
  const screen = path.split('/')[1];
  const previous = useRef(screen);
  useEffect(() => {
    if (previous.current === screen) return;
    previous.current = screen;
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [screen]);
  return main;
};

const Frame = () => {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useFocusOnNavigation(path);
  const { role } = useSession();
  const [helpOpen, setHelpOpen] = useState(false);
  const { online } = useNetwork();
  useShortcutListener();
  useShortcut({ keys: '?', label: t('keys.help'), group: t('keys.anywhere'), run: () => setHelpOpen(true) });
  useShortcut({
    keys: '/',
    label: t('keys.search'),
    group: t('keys.anywhere'),
    run: () => document.querySelector<HTMLElement>('main [data-search] input, main input[data-search]')?.focus(),
  });
  useEffect(() => {
    const screen = destinations.find((destination) => destination.path === path.split('/')[1]);
    document.title = screen === undefined ? t('product') : `${t(`nav.${screen.id}`)} · ${t('product')}`;
  }, [path, t]);
  return (
    <div className={classes.frame}>
      <a href="#main" className={classes.skip}>
        {t('nav.skip')}
      </a>
      {destinationsFor(role).map((destination) => (
        <GoTo key={destination.id} destination={destination} />
      ))}
      <Sidebar onHelp={() => setHelpOpen(true)} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        {online ? null : <OfflineBanner />}
        <Outlet />
      </main>
      <ShortcutHelp opened={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
};

/** The frame around every screen: skip link, sidebar, shortcuts. Gone as soon as nobody is signed in any more. */
export const Shell = () => {
  const { data: session } = useQuery(sessionQuery);
  if (session === undefined || session === null) return <RouteLoading />;
  return (
    <SessionContext value={session}>
      <Frame />
    </SessionContext>
  );
};
