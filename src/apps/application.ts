import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TrialItem } from '#contracts/item.ts';
import type { TrialAnswer } from '#contracts/items-api.ts';
import type { CalibrationSet } from '#engine/ports/calibration.ts';
import {
  type AccessAuthenticator,
  type Bootstrapped,
  bootstrapAccess,
  createAuthenticator,
  createOneTimeSignIn,
  findFirstAdmin,
  registerAccessRoutes,
} from '#features/access/index.ts';
import { createCheckpointKey, registerAuditRoutes, startCheckpointing, systemActor } from '#features/audit/index.ts';
import { createHumanDecisionRecorder, DecisionWriter } from '#features/decisions/index.ts';
import {
  createCircumstancesReader,
  createItemDecider,
  createPostgresCounters,
  createReviewContentReader,
  type DecisionSetup,
  ItemService,
  itemCrontab,
  itemJobs,
  itemRows,
  registerItemRoutes,
  type SetupProvider,
  tryItem,
} from '#features/items/index.ts';
import {
  type Configuration,
  ListService,
  PolicyService,
  readStarterPolicies,
  registerPolicyRoutes,
  seedPolicies,
} from '#features/policies/index.ts';
import { createReviewService, registerReviewRoutes } from '#features/review/index.ts';
import { type Clock, systemClock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { provideSecretKey } from '#platform/config-secret-key.ts';
import { deriveKey } from '#platform/crypto/derive-key.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { provideDatabase } from '#platform/database/provide-database.ts';
import { createServer, type Server } from '#platform/http/server.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { registerApiReference, registerOpenApi } from './api/api-reference.ts';
import { consolePages, registerConsoleFiles } from './api/console-files.ts';
import { DemoRunner, registerDemoRoutes } from './api/demo-routes.ts';
import { createMetrics } from './api/metrics.ts';
import { registerSystemRoutes } from './api/system-routes.ts';
import { composeModels, composeSetups, loadDefaultTermLists, type SharedDetectors } from './compose.ts';
import { startJobRunner } from './worker/job-runner.ts';

export interface ApplicationOptions {
  readonly clock?: Clock;
  /** Local models of the caller's choice, for tests; those that ship unless given. */
  readonly models?: SharedDetectors;
}

/** The whole of Tidegate in one process. */
export interface Application {
  readonly server: Server;
  readonly database: Database;
  readonly items: ItemService;
  readonly policies: PolicyService;
  /** The calibrations in use, for replays. */
  readonly calibrations: CalibrationSet;
  readonly authenticator: AccessAuthenticator;
  /** Secrets of the first start, to be shown once. */
  readonly bootstrapped: Bootstrapped;
  readonly databaseDescription: string;
  readonly demo: DemoRunner;
  trial(item: TrialItem): Promise<TrialAnswer>;
  /** A link's token that signs the first administrator in, once. Undefined where there is none any more. */
  oneTimeSignIn(): Promise<string | undefined>;
  /** Begins to answer requests and to work off jobs; gives the address. */
  start(address: { readonly host: string; readonly port: number }): Promise<string>;
  /** Stops taking requests, finishes what is under way, and lets go of everything. */
  stop(): Promise<void>;
}

/** Connections of one process: two for reading ahead of decisions, one writer, jobs, and people at the console. */
const maximumConnections = 16;

const createSetupProvider = (
  policies: PolicyService,
  compose: (configuration: Configuration) => DecisionSetup,
): SetupProvider => {
  let known: DecisionSetup | undefined;
  const setupOf = (configuration: Configuration): DecisionSetup => {
    if (known === undefined || known.epoch !== configuration.epoch) known = compose(configuration);
    return known;
  };
  return {
    current: async () => setupOf(await policies.current()),
    refresh: async (epoch) => setupOf(await policies.refresh(epoch)),
  };
};

const versionOf = async (projectDir: string): Promise<string> => {
  const { version } = JSON.parse(await readFile(join(projectDir, 'package.json'), 'utf8')) as { version: string };
  return version;
};

/** Puts the application together: database, models, features, routes. Nothing listens yet. */
export const composeApplication = async (
  config: Config,
  log: Log,
  options: ApplicationOptions = {},
): Promise<Application> => {
  const { projectDir, dataDir } = config;
  const clock = options.clock ?? systemClock;
  const startedAt = new Date(clock.now());
  const models = options.models ?? composeModels(projectDir, log);
  const modelsOpen = models.open();
  // A failed model is an unavailable signal, not a failed start; the rejection is the models' own to report.
  void modelsOpen.catch(() => undefined);

  const provided = await provideDatabase({
    dataDir,
    databaseUrl: config.databaseUrl?.reveal(),
    migrations: join(projectDir, 'migrations'),
    log: (message) => log.info({}, message),
  });
  const database = openDatabase({
    url: provided.appUrl,
    applicationName: 'tidegate',
    maxConnections: maximumConnections,
    statementTimeoutMs: 60_000,
  });
  const secretKey = provideSecretKey(config).reveal();

  const starters = await readStarterPolicies(join(projectDir, 'policies'));
  const defaultDocument = starters[0]?.document;
  if (defaultDocument === undefined)
    throw new Error('policies/default.yaml is missing; restore it from the repository');
  await seedPolicies(database, { defaultDocument, termLists: loadDefaultTermLists() });
  const bootstrapped = await bootstrapAccess(
    database,
    { apiKey: config.apiKey?.reveal(), adminPassword: config.adminPassword?.reveal() },
    log,
    startedAt,
  );

  const { setupFor, detectorIds } = composeSetups(models);
  const policies = new PolicyService({ database, detectors: detectorIds });
  const setups = createSetupProvider(policies, setupFor);
  const metrics = createMetrics();
  const writer = new DecisionWriter({ database, items: itemRows, clock });
  const circumstances = createCircumstancesReader({ database, counters: createPostgresCounters(database), log });
  const items = new ItemService({
    database,
    writer,
    decider: createItemDecider({ clock, circumstances }),
    setups,
    clock,
    log,
    contentHashKey: deriveKey(secretKey, 'tidegate content hash v1'),
    observe: metrics.observeDecision,
  });
  const now = (): number => clock.now();
  const review = createReviewService({
    database,
    clock,
    content: createReviewContentReader({ database, policy: async () => (await policies.current()).policy, now }),
    recorder: createHumanDecisionRecorder({ items: itemRows, clock }),
  });
  metrics.gauge('tidegate_commit_backlog', 'Decisions waiting for the writer', () => writer.backlog);
  metrics.gauge('tidegate_review_open', 'Review tasks open', async () => (await review.summary()).open);

  const demo = new DemoRunner(
    async (submission) => (await items.submit(submission, { apiKeyId: null, actor: systemActor })).body,
    log,
  );
  const authenticator = createAuthenticator({ database, secretKey, clock, log });
  const checkpointKey = createCheckpointKey(secretKey);
  const checkpointPath = join(dataDir, 'audit-checkpoints.jsonl');
  const version = await versionOf(projectDir);
  const consoleFolder = join(projectDir, 'console/dist');

  const server = await createServer({
    authenticator,
    log,
    observe: metrics.observeRequest,
    pageFor: consolePages(consoleFolder),
  });
  await registerOpenApi(server, version);
  registerItemRoutes(server, { service: items, database, setups, now });
  registerReviewRoutes(server, { review });
  registerPolicyRoutes(server, { policies, lists: new ListService({ database, policies }), starters });
  registerAuditRoutes(server, { database, checkpointKey, checkpointPath });
  registerAccessRoutes(server, { database, secretKey, clock, authenticator });
  registerDemoRoutes(server, demo);
  registerSystemRoutes(server, {
    database,
    metrics,
    setup: () => setups.current(),
    version,
    startedAt,
    databaseKind: provided.description === 'embedded' ? 'embedded' : 'external',
  });
  await registerApiReference(server);
  await registerConsoleFiles(server, consoleFolder);

  const stopping: (() => Promise<unknown>)[] = [];

  const start: Application['start'] = async ({ host, port }) => {
    const unwatch = await policies.watch(
      (configuration) => void setups.refresh(configuration.epoch),
      (error) =>
        log.warn(
          { error: error instanceof Error ? error.name : 'unknown' },
          'the changed configuration cannot be read yet; the next decision tries again',
        ),
    );
    await authenticator.start();
    const checkpoints = await startCheckpointing({ database, key: checkpointKey, path: checkpointPath, log, clock });
    const jobs = await startJobRunner({
      database,
      tasks: itemJobs({ service: items, database, now }),
      crontab: [itemCrontab],
      log,
    });
    stopping.push(
      unwatch,
      () => authenticator.close(),
      () => jobs.stop(),
      () => checkpoints.stop(),
    );
    await server.listen({ host, port });
    const { port: actual } = server.server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
  };

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await demo.stop();
    await server.close();
    await items.settled();
    for (const end of stopping)
      await end().catch((error: unknown) =>
        log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'did not stop cleanly'),
      );
    await models.close();
    await database.close();
    await provided.stop();
  };

  return {
    server,
    database,
    items,
    policies,
    calibrations: models.calibrations,
    authenticator,
    bootstrapped,
    databaseDescription: provided.description,
    demo,
    trial: async (item) => tryItem(await setups.current(), item, now()),
    oneTimeSignIn: async () => {
      const admin = await findFirstAdmin(database);
      return admin === null ? undefined : (await createOneTimeSignIn(database, admin.id)).token;
    },
    start,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
};
