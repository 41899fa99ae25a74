import { join } from 'node:path';
import type { ImageSandbox } from '#engine/ports/image-sandbox.ts';
import { createStoredImages } from '#features/media/index.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import { createDiskBlobStore } from '#platform/blobs/disk-blob-store.ts';
import { type Clock, systemClock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { provideSecretKey } from '#platform/config-secret-key.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { type ProvidedDatabase, provideDatabase } from '#platform/database/provide-database.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { composeImageSandbox, composeModels, type SharedDetectors } from './compose.ts';
import { withClaims } from './compose-claims.ts';
import { composeImages, type ImagesInUse } from './compose-images.ts';
import { withScorers } from './compose-scorers.ts';

/** Connections of one process: two for reading ahead of decisions, one writer, jobs, deliveries, and people at the console. */
const maximumConnections = 16;

/** What everything else stands on. */
export interface Foundation {
  readonly models: SharedDetectors;
  /** Resolves when the models answer, or have said that they cannot. */
  readonly modelsReady: Promise<void>;
  readonly provided: ProvidedDatabase;
  readonly database: Database;
  readonly secretKey: Buffer;
  readonly blobs: BlobStore;
  readonly sandbox: ImageSandbox;
  /** Pictures in memory for as long as somebody needs them, and those that are stored. */
  readonly images: ImagesInUse;
}

/** Each part lets go of itself through `resources`, last one first. */
export const openFoundation = async (
  config: Config,
  log: Log,
  given: { readonly models?: SharedDetectors; readonly clock?: Clock },
  resources: AsyncDisposableStack,
): Promise<Foundation> => {
  const { projectDir, dataDir } = config;
  const blobs = await createDiskBlobStore(config.mediaDir);
  const sandbox = composeImageSandbox({ maximumBytes: config.mediaMaximumBytes });
  resources.defer(() => sandbox.close());
  const stored = createStoredImages({ blobs, sandbox, maximumBytes: config.mediaMaximumBytes });
  const images = composeImages(sandbox, stored);
  const local = given.models ?? composeModels(projectDir, { log, images });
  resources.defer(() => local.close());
  const models = withScorers(withClaims(local, config), config, { images, clock: given.clock ?? systemClock });
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
  const secretKey = provideSecretKey(config).reveal();
  return { models, modelsReady, provided, database, secretKey, blobs, sandbox, images };
};
