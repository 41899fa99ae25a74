import {
  type Icon,
  IconAdjustmentsHorizontal,
  IconFileText,
  IconFlask,
  IconHome,
  IconInbox,
  IconListSearch,
  IconSettings,
  IconTimeline,
} from '@tabler/icons-react';

/** The screens of the sidebar, in its order. `keys` is the shortcut that goes there; `path` is the first part of its address. */
export const destinations = [
  { id: 'home', path: '', to: '/', keys: 'g h', icon: IconHome },
  { id: 'tryIt', path: 'try', to: '/try', keys: 'g t', icon: IconFlask },
  { id: 'queue', path: 'queue', to: '/queue/{-$taskId}', keys: 'g q', icon: IconInbox },
  { id: 'items', path: 'items', to: '/items', keys: 'g i', icon: IconListSearch },
  { id: 'policy', path: 'policy', to: '/policy/{-$tab}', keys: 'g p', icon: IconAdjustmentsHorizontal },
  { id: 'lists', path: 'lists', to: '/lists/{-$tab}', keys: 'g l', icon: IconFileText },
  { id: 'audit', path: 'audit', to: '/audit', keys: 'g a', icon: IconTimeline },
  { id: 'settings', path: 'settings', to: '/settings/{-$tab}', keys: 'g s', icon: IconSettings },
] as const satisfies readonly { id: string; path: string; to: string; keys: string; icon: Icon }[];
export type Destination = (typeof destinations)[number];
