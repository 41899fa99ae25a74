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
import {
  type CheckpointKey,
  checkpointFile,
  createCheckpointKey,
  registerAuditRoutes,
  startCheckpointing,
  systemActor,
} from '#features/audit/index.ts';
import { createDecisionCheck, createHumanDecisionRecorder, DecisionWriter } from '#features/decisions/index.ts';
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
import { productVersion } from '#platform/product-version.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
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

/** What everything else stands on. Each part lets go of itself through `resources`, last one first. */
const openFoundation = async (
  config: Config,
  log: Log,
  options: ApplicationOptions,
  resources: AsyncDisposableStack,
) => {
  const { projectDir, dataDir } = config;
  const models = options.models ?? composeModels(projectDir, log);
  resources.defer(() => models.close());
  // Beside the database, which takes as long. A model that fails is an unavailable signal, not a failed start.
  const modelsReady = models.open().catch((error: unknown) => {
    log.error({ error: errorName(error) }, 'a local model could not be opened');
  });
  const provided = await provideDatabase({
    dataDir,
    databaseUrl: config.databaseUrl?.reveal(),
    migrations: join(projectDir, 'migrations'),
    log: (message) => log.info({}, message),
  });
  resources.defer(() => provided.stop());
  const database = openDatabase({
    url: provided.appUrl,
    applicationName: 'tidegate',
    maxConnections: maximumConnections,
    statementTimeoutMs: 60_000,
  });
  resources.defer(() => database.close());
  return { models, modelsReady, provided, database, secretKey: provideSecretKey(config).reveal() };
};
type Foundation = Awaited<ReturnType<typeof openFoundation>>;

/** Policies and lists that come with the product, put in place at the first start. */
const seed = async (database: Database, projectDir: string) => {
  const starters = await readStarterPolicies(join(projectDir, 'policies'));
  const defaultDocument = starters[0]?.document;
  if (defaultDocument === undefined) {
    throw new Error('policies/default.yaml is missing; restore it from the repository');
  }
  await seedPolicies(database, { defaultDocument, termLists: loadDefaultTermLists() });
  return starters;
};

const composeFeatures = ({ database, models, secretKey }: Foundation, clock: Clock, log: Log) => {
  const { setupFor, installed } = composeSetups(models);
  const policies = new PolicyService({ database, detectors: installed });
  const setups = createSetupProvider(policies, setupFor);
  const metrics = createMetrics();
  const now = (): number => clock.now();
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
  const review = createReviewService({
    database,
    clock,
    content: createReviewContentReader({ database, policy: async () => (await policies.current()).policy, now }),
    recorder: createHumanDecisionRecorder({ items: itemRows, clock }),
  });
  const demo = new DemoRunner(
    async (submission) => (await items.submit(submission, { apiKeyId: null, actor: systemActor })).body,
    log,
  );
  metrics.gauge('tidegate_commit_backlog', 'Decisions waiting for the writer', () => writer.backlog);
  metrics.gauge('tidegate_review_open', 'Review tasks open', async () => (await review.summary()).open);
  return { policies, setups, metrics, items, review, demo, now };
};
type Features = ReturnType<typeof composeFeatures>;

interface ServerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly starters: Awaited<ReturnType<typeof seed>>;
  readonly authenticator: AccessAuthenticator;
  readonly audit: { readonly checkpointKey: CheckpointKey; readonly checkpointPath: string };
}

const composeServer = async (
  { database, provided, secretKey }: Foundation,
  { policies, setups, metrics, items, review, demo, now }: Features,
  { config, clock, log, starters, authenticator, audit }: ServerParts,
): Promise<Server> => {
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
  registerItemRoutes(server, { service: items, database, setups, now, log });
  registerReviewRoutes(server, { review });
  registerPolicyRoutes(server, { policies, lists: new ListService({ database, policies }), starters });
  registerAuditRoutes(server, { database, ...audit, records: createDecisionCheck });
  registerAccessRoutes(server, { database, secretKey, clock, authenticator });
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

/** A text like many: the first real one should not be the one that waits for lazily compiled code. */
const warmUp: TrialItem = {
  surface: 'comment',
  parts: [{ id: 'body', kind: 'text', text: 'Good morning, is this seat taken?' }],
};

const compose = async (
  config: Config,
  log: Log,
  options: ApplicationOptions,
  resources: AsyncDisposableStack,
): Promise<Application> => {
  const clock = options.clock ?? systemClock;
  const foundation = await openFoundation(config, log, options, resources);
  const { models, modelsReady, provided, database, secretKey } = foundation;
  const starters = await seed(database, config.projectDir);
  const given = { apiKey: config.apiKey?.reveal(), adminPassword: config.adminPassword?.reveal() };
  const bootstrapped = await bootstrapAccess(database, given, log, new Date(clock.now()));
  const features = composeFeatures(foundation, clock, log);
  const { policies, setups, items, demo, now } = features;
  const authenticator = createAuthenticator({ database, secretKey, clock, log });
  const checkpointKey = createCheckpointKey(secretKey);
  const checkpointPath = checkpointFile(config.dataDir);
  const audit = { checkpointKey, checkpointPath };
  const server = await composeServer(foundation, features, { config, clock, log, starters, authenticator, audit });
  const trial = async (item: TrialItem): Promise<TrialAnswer> => tryItem(await setups.current(), item, now());

  const start: Application['start'] = async ({ host, port }) => {
    resources.defer(
      await policies.watch(
        (configuration) => void setups.refresh(configuration.epoch),
        (error) =>
          log.warn(
            { error: errorName(error) },
            'the changed configuration cannot be read yet; the next decision tries again',
          ),
      ),
    );
    const checkpoints = await startCheckpointing({ database, key: checkpointKey, path: checkpointPath, log, clock });
    resources.defer(() => checkpoints.stop());
    await authenticator.start();
    resources.defer(() => authenticator.close());
    await modelsReady;
    await trial(warmUp);
    const tasks = itemJobs({ service: items, database, now });
    const jobs = await startJobRunner({ database, tasks, crontab: [itemCrontab], log });
    resources.defer(() => jobs.stop());
    resources.defer(() => items.settled());
    resources.defer(() => server.close());
    resources.defer(() => demo.stop());
    await server.listen({ host, port });
    const { port: actual } = server.server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
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
    trial,
    oneTimeSignIn: async () => {
      const admin = await findFirstAdmin(database);
      return admin === null ? undefined : (await createOneTimeSignIn(database, admin.id)).token;
    },
    start,
    stop: () => resources.disposeAsync(),
  };
};

/**
 * Puts the application together: database, models, features, routes. Nothing listens yet. What fails half-way lets go of what it had:
 * neither a server nor a thread is left behind.
 */
export const composeApplication = async (
  config: Config,
  log: Log,
  options: ApplicationOptions = {},
): Promise<Application> => {
  const resources = new AsyncDisposableStack();
  try {
    return await compose(config, log, options, resources);
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
};
