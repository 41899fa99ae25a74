import { createHash } from 'node:crypto';
import type { JudgeSettings, JudgeTestAnswer, JudgeTier, JudgeWrite } from '#contracts/judge.ts';
import type { JudgeEndpoint } from '#engine/ports/language-model.ts';
import { type AuditActor, appendAudit } from '#features/audit/index.ts';
import { bumpEpoch, lockConfiguration } from '#features/policies/index.ts';
import { canonicalJson } from '#platform/canonical-json.ts';
import type { Clock } from '#platform/clock.ts';
import { deriveKey } from '#platform/crypto/derive-key.ts';
import { SealBroken, seal, unseal } from '#platform/crypto/seal.ts';
import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import { dayOf } from './daily-cap.ts';
import { type JudgeRow, readJudgeRows, writeJudgeRow } from './judge-store.ts';
import {
  type JudgeProbe,
  type JudgeStateOf,
  judgeMissing,
  keyUnreadable,
  refuseKeyElsewhere,
  refuseOtherRevision,
  type StoredSettings,
  settingsOf,
} from './judges.ts';
import { readCalls, readUsage, type StoredCall } from './usage-store.ts';

export interface JudgeServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** The installation's secret key. */
  readonly secretKey: string | Uint8Array;
  readonly probe: JudgeProbe;
  readonly stateOf: JudgeStateOf;
  /** Takes the new configuration into use in this process: `PolicyService.refresh`. */
  readonly refresh: (epoch: number) => Promise<unknown>;
}

const sealingKey = (secretKey: string | Uint8Array): Buffer => deriveKey(secretKey, 'tidegate judges v1');
const contextOf = (tier: JudgeTier): string => `judge:${tier}`;

const endpointOf = (row: JudgeRow, settings: StoredSettings, key: Buffer): JudgeEndpoint => ({
  ...settings,
  tier: row.tier,
  revision: row.revision,
  apiKey: row.apiKey === null ? null : unseal(key, row.apiKey, contextOf(row.tier)),
});

/**
 * The endpoints of the judges that are set up and enabled, keys in the clear; read once per configuration. One whose key was stored under
 * another secret key is left out, so that its layer is absent and people decide.
 *
 * @param onUnreadable Told of each that is left out.
 */
export const readJudges = async (
  database: Queryable,
  secretKey: string | Uint8Array,
  onUnreadable: (tier: JudgeTier, problem: SealBroken) => void,
): Promise<readonly JudgeEndpoint[]> => {
  const key = sealingKey(secretKey);
  return (await readJudgeRows(database)).flatMap((row) => {
    if (row.settings?.enabled !== true) return [];
    try {
      return [endpointOf(row, row.settings, key)];
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      onUnreadable(row.tier, error);
      return [];
    }
  });
};

/** The judges' settings: one endpoint a tier. A change counts for the next decision. */
export class JudgeService {
  readonly #dependencies: JudgeServiceDependencies;
  readonly #key: Buffer;

  constructor(dependencies: JudgeServiceDependencies) {
    this.#dependencies = dependencies;
    this.#key = sealingKey(dependencies.secretKey);
  }

  async list(): Promise<JudgeSettings[]> {
    const rows = await readJudgeRows(this.#dependencies.database);
    return Promise.all(rows.flatMap((row) => (row.settings === null ? [] : [this.#describe(row, row.settings)])));
  }

  /** @throws ProblemError 422 for settings that contradict themselves; 409 for another revision */
  async save(tier: JudgeTier, write: JudgeWrite, actor: AuditActor): Promise<JudgeSettings> {
    const settings = settingsOf(write);
    const row = await this.#change(tier, actor, 'judge-saved', async (tx, current) => {
      refuseOtherRevision(tier, current?.settings == null ? 0 : current.revision, write.revision);
      refuseKeyElsewhere(write, current?.settings ?? null, current?.apiKey != null);
      const apiKey =
        write.apiKey === undefined
          ? (current?.apiKey ?? null)
          : write.apiKey === null
            ? null
            : seal(this.#key, write.apiKey, contextOf(tier));
      return writeJudgeRow(tx, { tier, settings, apiKey, revision: (current?.revision ?? 0) + 1 });
    });
    return this.#describe(row, settings);
  }

  /** Takes a judge away, with its key. @throws ProblemError 404 */
  async remove(tier: JudgeTier, actor: AuditActor): Promise<void> {
    await this.#change(tier, actor, 'judge-removed', (tx, current) => {
      if (current?.settings == null) throw judgeMissing(tier);
      return writeJudgeRow(tx, { tier, settings: null, apiKey: null, revision: current.revision + 1 });
    });
  }

  /** Really asks the endpoint that these settings describe; an absent key is the saved one. @throws ProblemError 422 */
  async test(tier: JudgeTier, write: JudgeWrite, abort: AbortSignal): Promise<JudgeTestAnswer> {
    const settings = settingsOf(write);
    const current = (await readJudgeRows(this.#dependencies.database)).find((row) => row.tier === tier);
    refuseKeyElsewhere(write, current?.settings ?? null, current?.apiKey != null);
    const apiKey = write.apiKey === undefined ? this.#storedKey(tier, current) : write.apiKey;
    return this.#dependencies.probe({ ...settings, tier, revision: write.revision, apiKey }, abort);
  }

  calls(tier: JudgeTier, before: string | null, limit: number): Promise<StoredCall[]> {
    return readCalls(this.#dependencies.database, tier, before, limit);
  }

  /** @throws ProblemError 422 where it was stored under another secret key */
  #storedKey(tier: JudgeTier, row: JudgeRow | undefined): string | null {
    if (row?.apiKey == null) return null;
    try {
      return unseal(this.#key, row.apiKey, contextOf(tier));
    } catch (error) {
      throw error instanceof SealBroken ? keyUnreadable(error) : error;
    }
  }

  async #describe(row: JudgeRow, settings: StoredSettings): Promise<JudgeSettings> {
    const { database, clock, stateOf } = this.#dependencies;
    return {
      ...settings,
      tier: row.tier,
      revision: row.revision,
      hasApiKey: row.apiKey !== null,
      updatedAt: row.updatedAt.toISOString(),
      today: await readUsage(database, row.tier, dayOf(clock.now())),
      breaker: stateOf(row.tier),
    };
  }

  /** One change: under the configuration's lock, with a new epoch and its audit entry, all or nothing. */
  async #change(
    tier: JudgeTier,
    actor: AuditActor,
    action: string,
    work: (tx: Transaction, current: JudgeRow | undefined) => Promise<JudgeRow>,
  ): Promise<JudgeRow> {
    const { database, refresh } = this.#dependencies;
    const { row, epoch } = await database.transaction(async (tx) => {
      await lockConfiguration(tx);
      const current = (await readJudgeRows(tx)).find((row) => row.tier === tier);
      const row = await work(tx, current);
      const epoch = await bumpEpoch(tx);
      const digest = createHash('sha256').update(canonicalJson(row.settings)).digest('hex');
      const details = { revision: row.revision, digest, hasApiKey: row.apiKey !== null, epoch };
      await appendAudit(tx, [{ actor, action, subject: { kind: 'judge', id: tier }, details }]);
      return { row, epoch };
    });
    await refresh(epoch);
    return row;
  }
}
