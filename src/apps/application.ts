import type { AddressInfo } from 'node:net';
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
} from '#features/access/index.ts';
import { checkpointFile, createCheckpointKey, startCheckpointing } from '#features/audit/index.ts';
import { enforcementCrontab, enforcementJobs } from '#features/enforcement/index.ts';
import { type ItemService, itemCrontab, itemJobs, tryItem } from '#features/items/index.ts';
import { mediaCrontab, mediaJobs } from '#features/media/index.ts';
import type { PolicyService } from '#features/policies/index.ts';
import { type Clock, systemClock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import type { Database } from '#platform/database/database.ts';
import type { Server } from '#platform/http/server.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import type { DemoRunner } from './api/demo-routes.ts';
import type { SharedDetectors } from './compose.ts';
import { composeFeatures, seed } from './features.ts';
import { openFoundation } from './foundation.ts';
import { composeServer } from './http-server.ts';
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

/** How long requests that are under way may take to end at the stop, ms. */
const stopGraceMs = 10_000;

/** Takes no more requests. A connection on which nobody asks anything is not waited for longer than for a request. */
const closeServer = async (server: Server): Promise<void> => {
  const timer = setTimeout(() => server.server.closeAllConnections(), stopGraceMs);
  try {
    await server.close();
  } finally {
    clearTimeout(timer);
  }
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
  const features = await composeFeatures(foundation, config, clock, log);
  const { policies, setups, items, demo, enforcement, now } = features;
  const authenticator = createAuthenticator({ database, secretKey, clock, log });
  const checkpointKey = createCheckpointKey(secretKey);
  const checkpointPath = checkpointFile(config.dataDir);
  const audit = { checkpointKey, checkpointPath };
  const server = await composeServer(foundation, features, { config, clock, log, starters, authenticator, audit });
  const trial = async (item: TrialItem): Promise<TrialAnswer> => tryItem(await setups.current(), item, { now: now() });

  const start: Application['start'] = async ({ host, port }) => {
    resources.defer(
      await policies.watch(
        (configuration) => setups.refresh(configuration.epoch),
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
    const tasks = {
      ...itemJobs({ service: items, database, now }),
      ...enforcementJobs({ database, now }),
      ...mediaJobs({ database, blobs: foundation.blobs, clock }),
    };
    const crontab = [itemCrontab, enforcementCrontab, mediaCrontab];
    const jobs = await startJobRunner({ database, tasks, crontab, log });
    resources.defer(() => jobs.stop());
    enforcement.relay.start();
    resources.defer(() => enforcement.relay.stop());
    resources.defer(() => features.settleJudges());
    resources.defer(() => items.settled());
    resources.defer(() => closeServer(server));
    resources.defer(() => demo.stop());
    await server.listen({ host, port });
    models.warm?.();
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
