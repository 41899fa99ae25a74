import { Tooltip, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Keys } from '../../kit/shortcuts/keys.tsx';
import { useSession } from '../../session/use-session.ts';
import { type Destination, destinationsFor } from './destinations.ts';
import { FailingWebhooks } from './failing-webhooks.tsx';
import { Mark } from './mark.tsx';
import { PersonMenu } from './person-menu.tsx';
import { QueueCount } from './queue-count.tsx';
import classes from './sidebar.module.css';

const Item = ({ destination, narrow }: { destination: Destination; narrow: boolean }) => {
  const { t } = useTranslation();
  const label = t(`nav.${destination.id}`);
  const Glyph = destination.icon;
  return (
    <li>
      <Tooltip label={label} position="right" disabled={!narrow}>
        <Link
          to={destination.to}
          params={{}}
          search={{}}
          className={classes.link}
          activeProps={{ 'data-active': true }}
          activeOptions={{ exact: destination.to === '/', includeSearch: false }}
        >
          <Glyph size={20} stroke={1.6} aria-hidden />
          <span className={classes.label}>{label}</span>
          {destination.id === 'queue' ? <QueueCount className={classes.count} /> : null}
          {destination.id === 'deliveries' ? <FailingWebhooks className={classes.count} /> : null}
          <span className={classes.keys}>
            <Keys keys={destination.keys} />
          </span>
        </Link>
      </Tooltip>
    </li>
  );
};

/** The way around. Below 1360 pixels it keeps only its icons, to leave the room to the work. */
export const Sidebar = ({ onHelp }: { onHelp: () => void }) => {
  const { t } = useTranslation();
  const { role } = useSession();
  const narrow = useMediaQuery('(max-width: 84.99em)', false, { getInitialValueInEffect: false });
  return (
    <aside className={classes.sidebar} data-narrow={narrow || undefined}>
      <Link to="/" className={classes.brand} aria-label={t('nav.brand')}>
        <Mark />
        <span className={classes.label}>{t('product')}</span>
      </Link>
      <nav aria-label={t('nav.label')}>
        <ul className={classes.list}>
          {destinationsFor(role).map((destination) => (
            <Item key={destination.id} destination={destination} narrow={narrow} />
          ))}
        </ul>
      </nav>
      <div className={classes.foot}>
        <Tooltip label={t('keys.help')} position="right" disabled={!narrow}>
          <UnstyledButton className={classes.link} onClick={onHelp}>
            <IconKeyboard size={20} stroke={1.6} aria-hidden />
            <span className={classes.label}>{t('keys.help')}</span>
            <span className={classes.keys}>
              <Keys keys="?" />
            </span>
          </UnstyledButton>
        </Tooltip>
        <PersonMenu className={classes.link} labelClassName={classes.label} />
      </div>
      <svg className={classes.water} viewBox="0 0 240 120" preserveAspectRatio="none" aria-hidden="true">
        <path d="M0 44c30-22 60-22 90 0s60 22 90 0 45-16 60-8v84H0z" />
        <path d="M0 72c24-18 52-18 80 0s56 18 84 0 56-18 76-4v52H0z" />
      </svg>
    </aside>
  );
};
