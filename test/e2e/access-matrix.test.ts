import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '#contracts/access.ts';
import { revokeApiKey, updateConsoleAccount } from '#features/access/index.ts';
import { systemActor } from '#features/audit/index.ts';
import { type RegisteredRoute, registeredRoutes } from '#platform/http/registered-routes.ts';
import type { RouteAccess } from '#platform/http/route-access.ts';
import {
  type Caller,
  createPerson,
  everyCaller,
  expectedVerdict,
  findAccessFaults,
  findForgeableRoutes,
  signInAs,
  tryRoute,
} from '#test/support/access-matrix.ts';
import { startTestApplication, type TestApplication } from '#test/support/application.ts';

/** Who may do what, said once more by hand: a declaration in the code that differs is a mistake in one of the two. */
const everyone: RouteAccess = { public: true };
const anyPerson: RouteAccess = { roles };
const reviewers: RouteAccess = { roles: ['admin', 'lead', 'reviewer', 'legal'] };
const administrators: RouteAccess = { roles: ['admin'] };
const platforms: RouteAccess = { roles: [], scope: 'items:write' };
const readsItems: RouteAccess = { roles, scope: 'items:read' };
const readsPolicy: RouteAccess = { roles, scope: 'policies:read' };
const writesPolicy: RouteAccess = { roles: ['admin', 'policy'], scope: 'policies:write' };
const readsWebhooks: RouteAccess = { roles: ['admin', 'policy', 'lead', 'analyst'] };
const readsJudges: RouteAccess = { roles: ['admin', 'policy', 'lead', 'analyst'] };
const readsModels: RouteAccess = { roles: ['admin', 'policy', 'lead', 'analyst'] };
const readsAudit: RouteAccess = { roles: ['admin', 'policy', 'lead', 'analyst'], scope: 'audit:read' };
const readsBanks: RouteAccess = { roles: ['admin', 'policy', 'lead', 'legal', 'analyst'], scope: 'banks:read' };
const writesBanks: RouteAccess = { roles: ['admin', 'policy'], scope: 'banks:write' };

const rules: Readonly<Record<string, RouteAccess>> = {
  'POST /v1/items': platforms,
  'POST /v1/items/batch': platforms,
  'PUT /v1/items/:id': platforms,
  'DELETE /v1/items/:id': platforms,
  'GET /v1/items': readsItems,
  'GET /v1/items/:id': readsItems,
  'POST /v1/media': { roles, scope: 'items:write' },
  'GET /v1/media/:id': readsItems,
  'GET /v1/media/:id/preview': anyPerson,
  'POST /v1/try': { roles, scope: 'try' },
  'POST /v1/explanations': { roles, scope: 'try' },
  'POST /v1/moderations': { roles: [], scope: 'score' },
  'POST /v1alpha1/comments::analyze': { roles: [], scope: 'score', keyInQuery: true },
  'POST /v1alpha1/comments::suggestscore': { roles: [], scope: 'score', keyInQuery: true },
  'GET /v1/review/summary': anyPerson,
  'GET /v1/review/tasks': reviewers,
  'GET /v1/review/tasks/:id': reviewers,
  'POST /v1/review/next': reviewers,
  'POST /v1/review/tasks/:id/claim': reviewers,
  'POST /v1/review/tasks/:id/extend': reviewers,
  'POST /v1/review/tasks/:id/release': reviewers,
  'POST /v1/review/tasks/:id/skip': reviewers,
  'POST /v1/review/tasks/:id/decide': reviewers,
  'POST /v1/review/tasks/:id/notes': reviewers,
  'POST /v1/review/tasks/:id/reveal': reviewers,
  'GET /v1/policy': readsPolicy,
  'GET /v1/policy/versions': readsPolicy,
  'GET /v1/policy/versions/:version': readsPolicy,
  'GET /v1/policy/export': readsPolicy,
  'GET /v1/policy/starters': readsPolicy,
  'POST /v1/policy/check': readsPolicy,
  'POST /v1/rules/check': readsPolicy,
  'POST /v1/policy/versions': writesPolicy,
  'GET /v1/term-lists': readsPolicy,
  'GET /v1/term-lists/:id': readsPolicy,
  'PUT /v1/term-lists/:id': writesPolicy,
  'DELETE /v1/term-lists/:id': writesPolicy,
  'GET /v1/domain-lists': readsPolicy,
  'GET /v1/domain-lists/:id': readsPolicy,
  'PUT /v1/domain-lists/:id': writesPolicy,
  'DELETE /v1/domain-lists/:id': writesPolicy,
  'GET /v1/judges': readsJudges,
  'PUT /v1/judges/:tier': administrators,
  'DELETE /v1/judges/:tier': administrators,
  'POST /v1/judges/:tier/test': administrators,
  'GET /v1/judges/:tier/calls': readsJudges,
  'GET /v1/models': readsModels,
  'GET /v1/models/:id/report': readsModels,
  'GET /v1/models/report/decisions': readsModels,
  'GET /v1/webhooks': readsWebhooks,
  'POST /v1/webhooks': administrators,
  'GET /v1/webhooks/:id': readsWebhooks,
  'PATCH /v1/webhooks/:id': administrators,
  'DELETE /v1/webhooks/:id': administrators,
  'POST /v1/webhooks/:id/rotate': administrators,
  'POST /v1/webhooks/:id/test': administrators,
  'POST /v1/webhooks/:id/replay': administrators,
  'GET /v1/deliveries': readsWebhooks,
  'GET /v1/deliveries/:id': readsWebhooks,
  'POST /v1/deliveries/:id/retry': administrators,
  'GET /v1/hash-banks': readsBanks,
  'POST /v1/hash-banks': writesBanks,
  'GET /v1/hash-banks/:id': readsBanks,
  'PATCH /v1/hash-banks/:id': writesBanks,
  'DELETE /v1/hash-banks/:id': writesBanks,
  'GET /v1/hash-banks/:id/entries': readsBanks,
  'POST /v1/hash-banks/:id/entries': writesBanks,
  'DELETE /v1/hash-banks/:id/entries/:entryId': writesBanks,
  'GET /v1/hash-banks/:id/matches': readsBanks,
  'POST /v1/hash-banks/:id/import': writesBanks,
  'POST /v1/hash-banks/match': readsBanks,
  'GET /v1/authority-reports': { roles: ['admin', 'legal'] },
  'GET /v1/audit': readsAudit,
  'POST /v1/audit/verify': readsAudit,
  'POST /v1/session': everyone,
  'POST /v1/session/redeem': everyone,
  'GET /v1/session': anyPerson,
  'DELETE /v1/session': anyPerson,
  'POST /v1/session/password': anyPerson,
  'GET /v1/console-accounts': administrators,
  'POST /v1/console-accounts': administrators,
  'PATCH /v1/console-accounts/:id': administrators,
  'GET /v1/api-keys': administrators,
  'POST /v1/api-keys': administrators,
  'PATCH /v1/api-keys/:id': administrators,
  'DELETE /v1/api-keys/:id': administrators,
  'POST /v1/demo': administrators,
  'GET /v1/demo': anyPerson,
  'GET /v1/system': anyPerson,
  'GET /healthz': everyone,
  'GET /readyz': everyone,
  'GET /metrics': { roles: ['admin', 'lead', 'analyst'], scope: 'items:read' },
  'GET /openapi.json': everyone,
};

/** What is nobody's secret: the reference and the console's own files. */
const isPublicFile = ({ method, url }: RegisteredRoute): boolean =>
  (method === 'GET' || method === 'HEAD') && !url.startsWith('/v1/') && url !== '/metrics';

const describeRule = (rule: RouteAccess): string =>
  rule.public
    ? 'everybody'
    : `roles ${[...(rule.roles ?? [])].sort().join(' ') || 'none'}; scope ${rule.scope ?? 'none'}${rule.keyInQuery ? ', also in the query' : ''}`;

let app: TestApplication;
let callers: Caller[];
const server = () => app.application.server;

beforeAll(async () => {
  app = await startTestApplication();
  callers = await everyCaller(server(), app.application.database);
}, 60_000);
afterAll(() => app.stop());

describe('K1: every route tested as every role', () => {
  it('declares what was agreed, and nothing is left out on either side', () => {
    const declared = registeredRoutes(server()).filter(({ url }) => !url.startsWith('/docs') && !url.includes('*'));
    const differing = declared.flatMap((route) => {
      const name = `${route.method === 'HEAD' ? 'GET' : route.method} ${route.url}`;
      const rule = rules[name];
      if (rule === undefined) {
        return route.access.public && isPublicFile(route) ? [] : [`${name} is not in the list of rules`];
      }
      const [agreed, actual] = [describeRule(rule), describeRule(route.access)];
      return agreed === actual ? [] : [`${name}: agreed ${agreed}, declared ${actual}`];
    });
    expect(differing).toEqual([]);
    const names = new Set(declared.map(({ method, url }) => `${method} ${url}`));
    expect(Object.keys(rules).filter((name) => !names.has(name))).toEqual([]);
  });

  it('enforces it for nobody, every role, every scope and all scopes', async () => {
    expect(callers.map((caller) => caller.name)).toEqual([
      'nobody',
      ...roles.map((role) => `role ${role}`),
      'scope items:write',
      'scope items:read',
      'scope try',
      'scope score',
      'scope review:write',
      'scope policies:read',
      'scope policies:write',
      'scope banks:read',
      'scope banks:write',
      'scope audit:read',
      'all scopes',
    ]);
    expect(await findAccessFaults(server(), callers)).toEqual([]);
  }, 120_000);

  it('lets no other page do what a signed-in person may', async () => {
    for (const role of ['admin', 'reviewer'] as const) {
      const person = callers.find((caller) => caller.role === role)!;
      expect(await findForgeableRoutes(server(), person)).toEqual([]);
    }
  }, 120_000);

  it('knows neither revoked keys nor the sessions of disabled accounts, on any route', async () => {
    const { database } = app.application;
    const { key, keyId } = await app.keyClient();
    await revokeApiKey(database, keyId, systemActor, new Date());
    const accountId = await createPerson(database, 'admin');
    const session = await signInAs(server(), database, accountId);
    await updateConsoleAccount(database, accountId, { disabled: true }, systemActor);
    const gone = { 'revoked key': { authorization: `Bearer ${key}` }, 'disabled account': { ...session } };
    const faults: string[] = [];
    for (const route of registeredRoutes(server())) {
      for (const [name, headers] of Object.entries(gone)) {
        const expected = expectedVerdict(route, { name, headers });
        const actual = await tryRoute(server(), route, headers);
        if (actual !== expected) faults.push(`${route.method} ${route.url} with a ${name}: ${actual}, not ${expected}`);
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);
});
