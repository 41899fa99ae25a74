import {
  type Icon,
  IconAdjustmentsHorizontal,
  IconCpu,
  IconFileText,
  IconFingerprint,
  IconFlask,
  IconHome,
  IconInbox,
  IconListSearch,
  IconSettings,
  IconTimeline,
  IconWebhook,
} from '@tabler/icons-react';
import type { Role } from '#contracts/access.ts';
import { may, type Permission } from '../../session/permissions.ts';

/** The screens of the sidebar, in its order. `keys` is the shortcut that goes there; `path` is the first part of its address. */
export const destinations = [
  { id: 'home', path: '', to: '/', keys: 'g h', icon: IconHome },
  { id: 'tryIt', path: 'try', to: '/try', keys: 'g t', icon: IconFlask },
  { id: 'queue', path: 'queue', to: '/queue/{-$taskId}', keys: 'g q', icon: IconInbox },
  { id: 'items', path: 'items', to: '/items', keys: 'g i', icon: IconListSearch },
  { id: 'policy', path: 'policy', to: '/policy/{-$tab}', keys: 'g p', icon: IconAdjustmentsHorizontal },
  { id: 'lists', path: 'lists', to: '/lists/{-$tab}', keys: 'g l', icon: IconFileText },
  { id: 'banks', path: 'banks', to: '/banks/{-$tab}', keys: 'g b', icon: IconFingerprint, permission: 'readBanks' },
  { id: 'models', path: 'models', to: '/models/{-$tab}', keys: 'g m', icon: IconCpu, permission: 'readModels' },
  {
    id: 'deliveries',
    path: 'deliveries',
    to: '/deliveries/{-$tab}',
    keys: 'g d',
    icon: IconWebhook,
    permission: 'readDeliveries',
  },
  { id: 'audit', path: 'audit', to: '/audit', keys: 'g a', icon: IconTimeline },
  { id: 'settings', path: 'settings', to: '/settings/{-$tab}', keys: 'g s', icon: IconSettings },
] as const satisfies readonly {
  id: string;
  path: string;
  to: string;
  keys: string;
  icon: Icon;
  /** Left out for roles without it. */
  permission?: Permission;
}[];
export type Destination = (typeof destinations)[number];

/** The screens that a role has any use for. */
export const destinationsFor = (role: Role): Destination[] =>
  destinations.filter((destination) => !('permission' in destination) || may(role, destination.permission));
