import { join } from 'node:path';
import { type AccessAuthenticator, registerAccessRoutes } from '#features/access/index.ts';
import { type CheckpointKey, registerAuditRoutes } from '#features/audit/index.ts';
import { createDecisionCheck } from '#features/decisions/index.ts';
import { registerEnforcementRoutes } from '#features/enforcement/index.ts';
import { registerHashBankRoutes } from '#features/hash-banks/index.ts';
import { registerItemRoutes } from '#features/items/index.ts';
import { registerJudgeRoutes } from '#features/judges/index.ts';
import { registerMediaRoutes } from '#features/media/index.ts';
import { createDecisionsReporter, readModelCatalogue, registerModelRoutes } from '#features/models/index.ts';
import { ListService, registerPolicyRoutes } from '#features/policies/index.ts';
import { registerReviewRoutes } from '#features/review/index.ts';
import { registerExplanationRoutes } from '#features/scoring/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { createServer, type Server } from '#platform/http/server.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import { productVersion } from '#platform/product-version.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { registerApiReference, registerOpenApi } from './api/api-reference.ts';
import { registerModerationRoutes } from './api/compatibility/openai/moderation-routes.ts';
import { createPictureLoader } from './api/compatibility/openai/picture-loader.ts';
import { registerPerspectiveRoutes } from './api/compatibility/perspective/perspective-routes.ts';
import { consolePages, registerConsoleFiles } from './api/console-files.ts';
import { registerDemoRoutes } from './api/demo-routes.ts';
import { registerSystemRoutes } from './api/system-routes.ts';
import { composeScorer } from './compose-scoring.ts';
import type { Features, seed } from './features.ts';
import type { Foundation } from './foundation.ts';

interface ServerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly starters: Awaited<ReturnType<typeof seed>>;
  readonly authenticator: AccessAuthenticator;
  readonly audit: { readonly checkpointKey: CheckpointKey; readonly checkpointPath: string };
}

/** Every route of the product. Nothing listens yet. */
export const composeServer = async (
  { database, provided, secretKey, blobs, sandbox, models, images }: Foundation,
  features: Features,
  { config, clock, log, starters, authenticator, audit }: ServerParts,
): Promise<Server> => {
  const { policies, setups, metrics, items, review, demo, media, partMedia, hashBanks, enforcement, judges, now } =
    features;
  const { projectDir } = config;
  const version = productVersion(projectDir);
  const consoleFolder = join(projectDir, 'console/dist');
  const server = await createServer({
    authenticator,
    log,
    observe: metrics.observeRequest,
    pageFor: consolePages(consoleFolder),
  });
  await registerOpenApi(server, version);
  registerItemRoutes(server, {
    service: items,
    database,
    setups,
    now,
    log,
    media: partMedia,
    async trialFiles({ parts }, { apiKeyId, actor, consoleAccountId }) {
      await media.check(parts, { apiKeyId, consoleAccountId });
      return media.resolve(parts, { apiKeyId, actor, trial: true, consoleAccountId });
    },
  });
  registerMediaRoutes(server, {
    service: media,
    previews: { database, blobs, sandbox, maximumBytes: config.mediaMaximumBytes },
  });
  registerReviewRoutes(server, { review });
  registerPolicyRoutes(server, { policies, lists: new ListService({ database, policies }), starters });
  registerHashBankRoutes(server, hashBanks);
  registerEnforcementRoutes(server, enforcement);
  registerJudgeRoutes(server, { judges });
  registerModelRoutes(server, {
    catalogue: await readModelCatalogue(join(projectDir, 'models')),
    decisionsReport: createDecisionsReporter({
      database,
      clock,
      policy: async () => (await policies.current()).policy,
    }),
  });
  registerAuditRoutes(server, { database, ...audit, records: createDecisionCheck });
  registerAccessRoutes(server, { database, secretKey, clock, authenticator });
  const shippedPolicy = starters[0]?.document;
  const scorer = composeScorer({ setups, models, projectDir, now, ...(shippedPolicy && { shippedPolicy }) });
  registerModerationRoutes(server, {
    scorer,
    pictures: createPictureLoader({
      images,
      fetch: createGuardedFetch({ allowedPrivateHosts: config.allowedPrivateHosts, userAgent: 'Tidegate-Media' }),
      maximumBytes: config.mediaMaximumBytes,
    }),
    maximumImageBytes: config.mediaMaximumBytes,
  });
  registerPerspectiveRoutes(server, { scorer });
  registerExplanationRoutes(server, { explainer: models.explainer });
  registerDemoRoutes(server, demo);
  registerSystemRoutes(server, {
    database,
    metrics,
    setup: () => setups.current(),
    version,
    startedAt: new Date(clock.now()),
    databaseKind: provided.description === 'embedded' ? 'embedded' : 'external',
  });
  await registerApiReference(server);
  await registerConsoleFiles(server, consoleFolder);
  return server;
};
