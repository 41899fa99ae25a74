import { z } from 'zod';
import { roles } from '#contracts/access.ts';
import { systemSchema } from '#contracts/system.ts';
import { type DecisionSetup, estimateItems } from '#features/items/index.ts';
import type { Database } from '#platform/database/database.ts';
import { sendProblem } from '#platform/http/error-answers.ts';
import { unavailable } from '#platform/http/problem-error.ts';
import type { Server } from '#platform/http/server.ts';
import type { Metrics } from './metrics.ts';

export interface SystemRouteDependencies {
  readonly database: Database;
  readonly metrics: Metrics;
  readonly setup: () => Promise<DecisionSetup>;
  readonly version: string;
  readonly startedAt: Date;
  readonly databaseKind: 'embedded' | 'external';
}

/** How long readiness waits for the database. */
const readinessTimeoutMs = 2_000;

const reachable = async (database: Database): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), readinessTimeoutMs);
  });
  try {
    return await Promise.race([database.query('SELECT 1').then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

/** Health, metrics and what this installation consists of. */
export const registerSystemRoutes = (server: Server, dependencies: SystemRouteDependencies): void => {
  const { database, metrics, setup, version, startedAt, databaseKind } = dependencies;
  const tags = ['System'];
  const open = { access: { public: true } } as const;

  server.get(
    '/healthz',
    {
      config: open,
      schema: { tags, summary: 'Whether the process lives', response: { 200: z.object({ status: z.literal('ok') }) } },
    },
    async () => ({ status: 'ok' as const }),
  );

  server.get(
    '/readyz',
    {
      config: open,
      schema: {
        tags,
        summary: 'Whether items can be decided',
        response: { 200: z.object({ status: z.literal('ready') }) },
      },
    },
    async (request, reply) => {
      if (await reachable(database)) return { status: 'ready' as const };
      return sendProblem(
        reply,
        unavailable({
          detail: 'The database does not answer.',
          remedy: 'Look at the log; `tidegate doctor` names the cause.',
          retryAfterSeconds: 2,
        }),
        request.id,
      ) as never;
    },
  );

  server.get(
    '/metrics',
    {
      config: { access: { scope: 'items:read', roles: ['admin', 'lead', 'analyst'] } },
      schema: { tags, summary: 'Metrics in Prometheus form' },
    },
    async (_request, reply) =>
      reply
        .type(metrics.registry.contentType)
        .serializer((text) => String(text))
        .send(await metrics.registry.metrics()),
  );

  server.get(
    '/v1/system',
    {
      config: { access: { roles } },
      schema: { tags, summary: 'Version, database, detectors', response: { 200: systemSchema } },
    },
    async () => {
      const { epoch, policy, detectors } = await setup();
      return {
        version,
        startedAt: startedAt.toISOString(),
        database: databaseKind,
        epoch,
        policyVersion: policy.version,
        items: await estimateItems(database),
        detectors: detectors.map(
          ({ id, version: detectorVersion, layer, scope, kinds, judges, deterministic, timeoutMs }) => ({
            id,
            version: detectorVersion,
            layer,
            scope,
            kinds: [...kinds],
            judges: [...judges],
            deterministic,
            timeoutMs,
          }),
        ),
      };
    },
  );
};
