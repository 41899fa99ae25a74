import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { onSignedOut } from '../kit/api/client.ts';
import { RouteLoading } from '../kit/route-loading.tsx';
import { sessionQuery } from '../session/session-query.ts';
import { NotFound, RouteFailure } from './fallbacks.tsx';
import { queryClient } from './query-client.ts';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: RouteFailure });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ next: z.string().startsWith('/').optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../session/sign-in-page.tsx'), 'SignInPage'),
});

const setPassword = createRoute({
  getParentRoute: () => root,
  path: '/set-password',
  beforeLoad: async () => {
    if ((await queryClient.ensureQueryData(sessionQuery)) === null) throw redirect({ to: '/sign-in' });
  },
  component: lazyRouteComponent(() => import('../session/set-password-page.tsx'), 'SetPasswordPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session === null) {
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
    if (session.mustChangePassword) throw redirect({ to: '/set-password' });
  },
});

const text = z.string().optional().catch(undefined);

const screens = [
  createRoute({
    getParentRoute: () => shell,
    path: '/',
    component: lazyRouteComponent(() => import('../home/home-page.tsx'), 'HomePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/try',
    component: lazyRouteComponent(() => import('../try-it/try-page.tsx'), 'TryPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/queue/{-$taskId}',
    validateSearch: z.object({
      bucket: text,
      category: text,
      surface: text,
      mine: z.boolean().optional().catch(undefined),
    }),
    component: lazyRouteComponent(() => import('../queue/queue-page.tsx'), 'QueuePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/items',
    validateSearch: z.object({
      text,
      accountId: text,
      externalId: text,
      surface: text,
      outcome: text,
      category: text,
    }),
    component: lazyRouteComponent(() => import('../items/items-page.tsx'), 'ItemsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/items/$itemId',
    component: lazyRouteComponent(() => import('../items/item-page.tsx'), 'ItemPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/policy/{-$tab}',
    component: lazyRouteComponent(() => import('../policy/policy-page.tsx'), 'PolicyPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/lists/{-$tab}',
    component: lazyRouteComponent(() => import('../lists/lists-page.tsx'), 'ListsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/lists/terms/$listId',
    component: lazyRouteComponent(() => import('../lists/term-list-page.tsx'), 'TermListPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/lists/domains/$listId',
    component: lazyRouteComponent(() => import('../lists/domain-list-page.tsx'), 'DomainListPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/banks/{-$tab}',
    component: lazyRouteComponent(() => import('../banks/banks-page.tsx'), 'BanksPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/banks/bank/$bankId/{-$tab}',
    component: lazyRouteComponent(() => import('../banks/bank-page.tsx'), 'BankPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/models/{-$tab}',
    validateSearch: z.object({ label: text }),
    component: lazyRouteComponent(() => import('../models/models-page.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/models/model/$modelId/{-$tab}',
    validateSearch: z.object({ label: text }),
    component: lazyRouteComponent(() => import('../models/model-page.tsx'), 'ModelPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/deliveries/{-$tab}',
    validateSearch: z.object({ webhookId: text, state: text, itemId: text }),
    component: lazyRouteComponent(() => import('../deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/deliveries/webhooks/$webhookId',
    component: lazyRouteComponent(() => import('../deliveries/webhook-page.tsx'), 'WebhookPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/deliveries/log/$deliveryId',
    component: lazyRouteComponent(() => import('../deliveries/delivery-page.tsx'), 'DeliveryPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/audit',
    validateSearch: z.object({ action: text, subjectId: text, actorId: text }),
    component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings/{-$tab}',
    component: lazyRouteComponent(() => import('../settings/settings-page.tsx'), 'SettingsPage'),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([signIn, setPassword, shell.addChildren([...screens])]),
  defaultPreload: 'intent',
  defaultPendingComponent: RouteLoading,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  defaultErrorComponent: RouteFailure,
  scrollRestoration: true,
});

onSignedOut(() => {
  queryClient.setQueryData(sessionQuery.queryKey, null);
  const next = router.state.location.href;
  void router.navigate({ to: '/sign-in', search: next.startsWith('/sign-in') ? {} : { next } });
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
