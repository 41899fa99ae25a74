import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconPlayerPause,
  IconRefresh,
  IconSkull,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './deliveries.module.css';
import type { DeliveryState } from './delivery-queries.ts';
import type { Health } from './health.ts';

const states = {
  pending: { icon: IconClock, tone: 'calm' },
  delivered: { icon: IconCircleCheck, tone: 'good' },
  retrying: { icon: IconRefresh, tone: 'warning' },
  dead: { icon: IconSkull, tone: 'bad' },
} as const;
const healths = {
  well: { icon: IconCircleCheck, tone: 'good' },
  untried: { icon: IconClock, tone: 'calm' },
  paused: { icon: IconPlayerPause, tone: 'calm' },
  behind: { icon: IconClock, tone: 'warning' },
  failing: { icon: IconAlertTriangle, tone: 'warning' },
  dead: { icon: IconSkull, tone: 'bad' },
} as const;

/** Where a delivery stands, by word, sign and colour. */
export const StateBadge = ({ state }: { state: DeliveryState }) => {
  const { t } = useTranslation();
  const { icon: Glyph, tone } = states[state];
  return (
    <span className={classes.badge} data-tone={tone}>
      <Glyph size={14} stroke={2} aria-hidden />
      {t(`deliveryStates.${state}`)}
    </span>
  );
};

/** How a webhook stands. */
export const HealthBadge = ({ health }: { health: Health }) => {
  const { t } = useTranslation();
  const { icon: Glyph, tone } = healths[health];
  return (
    <span className={classes.badge} data-tone={tone}>
      <Glyph size={14} stroke={2} aria-hidden />
      {t(`webhookHealth.${health}`)}
    </span>
  );
};
