import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { JudgeTier } from '#contracts/judge.ts';
import { systemActor } from '#features/audit/index.ts';
import { createHumanDecisionRecorder, type DecisionEffects, DecisionWriter } from '#features/decisions/index.ts';
import { createEnforcement, enforcementGauges } from '#features/enforcement/index.ts';
import {
  BankEntryService,
  HashBankMemory,
  HashBankService,
  recordBankMatches,
  type WithheldFile,
} from '#features/hash-banks/index.ts';
import {
  createCircumstancesReader,
  createItemDecider,
  createPostgresCounters,
  createReviewContentReader,
  ItemService,
  itemRows,
  type PartMediaReader,
} from '#features/items/index.ts';
import { CallRecorder, DailyCap, JudgeService, readJudges } from '#features/judges/index.ts';
import { linkedParts, MediaService, partMediaOf } from '#features/media/index.ts';
import { PolicyService, readStarterPolicies, seedPolicies } from '#features/policies/index.ts';
import { createReviewService } from '#features/review/index.ts';
import { createDiskBlobStore } from '#platform/blobs/disk-blob-store.ts';
import type { Clock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { deriveKey } from '#platform/crypto/derive-key.ts';
import type { SealBroken } from '#platform/crypto/seal.ts';
import type { Database } from '#platform/database/database.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { DemoRunner } from './api/demo-routes.ts';
import { createMetrics } from './api/metrics.ts';
import { composeSetups, loadDefaultTermLists } from './compose.ts';
import { composeJudges } from './compose-judges.ts';
import type { Foundation } from './foundation.ts';
import { createSetupProvider } from './setups.ts';

/** Policies and lists that come with the product, put in place at the first start. */
export const seed = async (database: Database, projectDir: string) => {
  const starters = await readStarterPolicies(join(projectDir, 'policies'));
  const defaultDocument = starters[0]?.document;
  if (defaultDocument === undefined) {
    throw new Error('policies/default.yaml is missing; restore it from the repository');
  }
  await seedPolicies(database, { defaultDocument, termLists: loadDefaultTermLists() });
  return starters;
};

const sha256sOf = (files: readonly WithheldFile[], reason: WithheldFile['reason']): string[] =>
  files.filter((file) => file.reason === reason).map(({ sha256 }) => sha256);

/** Matches with hash banks go on record with the decision that they led to, and what nobody may see is withheld from then on. */
const bankEffects = (media: MediaService): DecisionEffects => ({
  concerns: ({ trace }) => trace.some(({ evidence }) => evidence.some(({ kind }) => kind === 'hash_match')),
  async record(tx, decisions) {
    const { withheld, audit } = await recordBankMatches(
      tx,
      decisions.map((decision) => ({ decision })),
    );
    return [
      ...audit,
      ...(await media.withhold(tx, sha256sOf(withheld, 'csam_exact'), 'csam')),
      ...(await media.withhold(tx, sha256sOf(withheld, 'csam_perceptual'), 'csam_perceptual')),
    ];
  },
});

const composeMedia = async (
  { database, blobs, sandbox }: Foundation,
  { config, clock, log }: { readonly config: Config; readonly clock: Clock; readonly log: Log },
): Promise<MediaService> =>
  new MediaService({
    database,
    blobs,
    incoming: await createDiskBlobStore(join(config.mediaDir, 'incoming')),
    sandbox,
    fetch: createGuardedFetch({ allowedPrivateHosts: config.allowedPrivateHosts, userAgent: 'Tidegate-Media' }),
    clock,
    log,
    maximumBytes: config.mediaMaximumBytes,
  });

/** The features of one process, wired to each other. Nothing runs by itself yet. */
export const composeFeatures = async (foundation: Foundation, config: Config, clock: Clock, log: Log) => {
  const { database, models, secretKey, images } = foundation;
  const now = (): number => clock.now();
  const banks = new HashBankMemory({ database });
  const calls = new CallRecorder({ database, clock, log });
  const caps = {
    small: new DailyCap('small', { database, clock, log }),
    large: new DailyCap('large', { database, clock, log }),
  };
  const composedJudges = composeJudges({
    clock,
    calibrations: models.calibrations,
    images,
    capFor: (tier) => caps[tier],
    record: (call) => calls.record(call),
  });
  const { setupFor, installed } = composeSetups({ models, banks, judges: composedJudges });
  const policies = new PolicyService({ database, detectors: installed });
  const reportSealed = (tier: JudgeTier, { message, remedy }: SealBroken): void =>
    log.error({ tier }, `this language model is not asked: ${message}. ${remedy}`);
  const setups = createSetupProvider(policies, () => readJudges(database, secretKey, reportSealed), setupFor);
  const metrics = createMetrics();
  const media = await composeMedia(foundation, { config, clock, log });
  const partMedia: PartMediaReader = (of, viewer) => partMediaOf(database, of, viewer);
  const writer = new DecisionWriter({ database, items: itemRows, clock, effects: bankEffects(media) });
  const circumstances = createCircumstancesReader({ database, counters: createPostgresCounters(database), log });
  const enforcement = createEnforcement({
    database,
    clock,
    log,
    secretKey,
    allowedPrivateHosts: config.allowedPrivateHosts,
  });
  const items = new ItemService({
    database,
    writer,
    decider: createItemDecider({
      clock,
      circumstances,
      files: (parts, apiKeyId) => media.resolve(parts, { apiKeyId }),
    }),
    setups,
    clock,
    log,
    checkParts: (parts, apiKeyId) => media.check(parts, { apiKeyId }),
    linkedParts: (itemId, version, parts) => linkedParts(database, itemId, version, parts),
    contentHashKey: deriveKey(secretKey, 'tidegate content hash v1'),
    observe: (decision) => {
      metrics.observeDecision(decision);
      enforcement.relay.wake();
    },
  });
  const review = createReviewService({
    database,
    clock,
    content: createReviewContentReader({
      database,
      policy: async () => (await policies.current()).policy,
      now,
      media: partMedia,
    }),
    recorder: createHumanDecisionRecorder({ items: itemRows, clock }),
  });
  const demo = new DemoRunner(
    {
      submit: async (submission) => (await items.submit(submission, { apiKeyId: null, actor: systemActor })).body,
      upload: async (picture) => {
        const owner = { apiKeyId: null, consoleAccountId: null, trial: false, actor: systemActor };
        const claimed = { fileName: 'demo.jpg', contentType: 'image/jpeg' };
        return (await media.upload(Readable.from([picture]), claimed, owner)).mediaId;
      },
    },
    log,
  );
  const bankSurroundings = { database, policies, memory: banks };
  const hashBanks = {
    banks: new HashBankService(bankSurroundings),
    entries: new BankEntryService({
      ...bankSurroundings,
      pictures: async (mediaId) => (await media.find(mediaId, null)).facts,
    }),
  };
  const judges = new JudgeService({
    database,
    clock,
    secretKey,
    probe: composedJudges.probe,
    stateOf: composedJudges.stateOf,
    refresh: (epoch) => policies.refresh(epoch),
  });
  /** What judges still have to write down. */
  const settleJudges = async (): Promise<void> => {
    await calls.flush();
    await Promise.all(Object.values(caps).map((cap) => cap.close()));
  };
  metrics.gauge('tidegate_commit_backlog', 'Decisions waiting for the writer', () => writer.backlog);
  metrics.gauge('tidegate_review_open', 'Review tasks open', async () => (await review.summary()).open);
  for (const { name, help, read } of enforcementGauges(enforcement, database)) metrics.gauge(name, help, read);
  return {
    policies,
    setups,
    metrics,
    items,
    review,
    demo,
    media,
    partMedia,
    hashBanks,
    enforcement,
    judges,
    settleJudges,
    now,
  };
};
export type Features = Awaited<ReturnType<typeof composeFeatures>>;
