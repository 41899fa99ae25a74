import type { Principal } from '#contracts/access.ts';
import type { PolicyVersion } from '#contracts/policies-api.ts';
import type { Policy, PolicyDocument } from '#contracts/policy.ts';
import { actorOf, appendAudit } from '#features/audit/index.ts';
import type { Database } from '#platform/database/database.ts';
import { conflict, invalidRequest, notFound } from '#platform/http/problem-error.ts';
import { documentDigest } from './check-list.ts';
import { type Configuration, loadConfiguration, readStoredPolicy } from './configuration.ts';
import { bumpEpoch, configurationChannel, lockConfiguration, readEpoch } from './epoch-store.ts';
import {
  checkPolicyDocument,
  formatPolicyDocument,
  type ParsedPolicy,
  type PolicySurroundings,
  parsePolicyDocument,
} from './load-policy.ts';
import {
  activeVersionNumber,
  insertPolicyVersion,
  type PolicyVersionRow,
  type Publisher,
  policyId,
  readPolicyVersion,
  readPolicyVersions,
} from './policy-store.ts';

export interface PublishRequest {
  /** The policy as an object, or the text of a YAML or JSON file. */
  readonly document: string | Readonly<Record<string, unknown>>;
  readonly note: string;
  /** The version that was edited. */
  readonly basedOn: number;
}

export const publisherOf = (principal: Principal): Publisher => ({
  actor: actorOf(principal),
  name: principal.kind === 'console' ? principal.displayName : principal.name,
});

const toPolicyVersion = (row: PolicyVersionRow, active: number): PolicyVersion => ({
  version: row.version,
  publishedAt: row.publishedAt.toISOString(),
  publishedBy: row.publishedBy,
  note: row.note,
  document: readStoredPolicy(row.document, row.version),
  active: row.version === active,
});

const refuseInvalid = (parsed: ParsedPolicy): PolicyDocument => {
  if ('document' in parsed) return parsed.document;
  const [first] = parsed.errors;
  const place = [first?.line === null ? '' : `line ${first?.line}`, first?.path].filter(Boolean).join(', ');
  throw invalidRequest({
    type: 'invalid-policy',
    detail: `The policy is not valid: ${place === '' ? '' : `${place}: `}${first?.message}.`,
    remedy: 'Correct the places named under `errors`; POST /v1/policy/check tries a policy without publishing it.',
    errors: parsed.errors.map(({ path, message, line }) => ({
      path: path === '' ? 'document' : path,
      message: line === null ? message : `line ${line}: ${message}`,
    })),
  });
};

/** Policies: what is active, its versions, and publishing the next one. */
export class PolicyService {
  readonly #database: Database;
  readonly #surroundings: PolicySurroundings;
  #known: Configuration | undefined;
  #loading: Promise<Configuration> | undefined;

  constructor({ database, detectors }: PolicySurroundings & { readonly database: Database }) {
    this.#database = database;
    this.#surroundings = { detectors };
  }

  /** The configuration as this process last knew it: at most one notification behind. Loaded at the first call. */
  async current(): Promise<Configuration> {
    return this.#known ?? this.#load();
  }

  /** The configuration of at least this epoch, loaded again where the known one is older. */
  async refresh(epoch: number): Promise<Configuration> {
    if (this.#known !== undefined && this.#known.epoch >= epoch) return this.#known;
    const loaded = await this.#load();
    // A load that was under way may have begun before the change.
    return loaded.epoch >= epoch ? loaded : this.#load();
  }

  /** The configuration as the database has it now. */
  async latest(): Promise<Configuration> {
    return this.refresh(await readEpoch(this.#database));
  }

  /**
   * Follows the notifications of other processes, so that `current` is fresh without asking. `changed` is told of each new
   * configuration; `failed`, where that or reading it goes wrong. Returns what ends it.
   */
  watch(
    changed: (configuration: Configuration) => unknown,
    failed: (error: unknown) => void,
  ): Promise<() => Promise<void>> {
    return this.#database.listen(configurationChannel, () => {
      const before = this.#known?.epoch;
      this.latest()
        .then((configuration) => (configuration.epoch === before ? undefined : changed(configuration)))
        .catch(failed);
    });
  }

  #load(): Promise<Configuration> {
    this.#loading ??= loadConfiguration(this.#database, this.#known)
      .then((configuration) => {
        if (this.#known === undefined || configuration.epoch > this.#known.epoch) this.#known = configuration;
        return this.#known;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  /** Checks a policy as publishing would, without publishing it. */
  check(document: PublishRequest['document']): ParsedPolicy {
    return typeof document === 'string'
      ? parsePolicyDocument(document, this.#surroundings)
      : checkPolicyDocument(document, this.#surroundings);
  }

  /**
   * Publishes the next version. From its commit on, every decision in every process is made under it.
   * @throws ProblemError 422 naming each fault; 409 where `basedOn` is not the active version any more
   */
  async publish({ document, note, basedOn }: PublishRequest, publisher: Publisher): Promise<PolicyVersion> {
    const valid = refuseInvalid(this.check(document));
    const { row, epoch } = await this.#database.transaction(async (tx) => {
      await lockConfiguration(tx);
      const active = await activeVersionNumber(tx);
      if (active !== basedOn) {
        throw conflict({
          type: 'policy-changed',
          detail: `Version ${active} was published since; your changes are based on version ${basedOn}.`,
          remedy: 'Load the active version, make your changes there, and publish again.',
          errors: [{ path: 'basedOn', message: `the active version is ${active}` }],
        });
      }
      const inserted = await insertPolicyVersion(tx, active + 1, valid, note, publisher);
      const bumped = await bumpEpoch(tx);
      await appendAudit(tx, [
        {
          actor: publisher.actor,
          action: 'policy-published',
          subject: { kind: 'policy', id: policyId },
          details: { version: active + 1, basedOn, digest: documentDigest(valid), epoch: bumped },
        },
      ]);
      return { row: inserted, epoch: bumped };
    });
    await this.refresh(epoch);
    return toPolicyVersion(row, row.version);
  }

  /** Publishes an older version again, as the next one. @throws ProblemError 404, 409, 422 */
  async rollback(version: number, basedOn: number, publisher: Publisher): Promise<PolicyVersion> {
    const { document } = await this.version(version);
    return this.publish({ document, note: `Back to version ${version}`, basedOn }, publisher);
  }

  /** A version, the active one where no number is given. @throws ProblemError 404 */
  async version(version?: number): Promise<PolicyVersion> {
    const [row, active] = await Promise.all([
      readPolicyVersion(this.#database, version),
      activeVersionNumber(this.#database),
    ]);
    if (row !== undefined) return toPolicyVersion(row, active);
    throw notFound({
      detail:
        version === undefined ? 'No policy has been published yet.' : `There is no version ${version} of the policy.`,
      remedy: 'GET /v1/policy/versions lists the versions that there are.',
    });
  }

  /** Versions, newest first, without their documents. `before`: the lowest version of the page before. */
  async versions(before: number | null, limit: number): Promise<Omit<PolicyVersion, 'document'>[]> {
    const [rows, active] = await Promise.all([
      readPolicyVersions(this.#database, before, limit),
      activeVersionNumber(this.#database),
    ]);
    return rows.map(({ version, publishedAt, publishedBy, note }) => ({
      version,
      publishedAt: publishedAt.toISOString(),
      publishedBy,
      note,
      active: version === active,
    }));
  }

  /** A version as a policy, for replays. @throws ProblemError 404 */
  async policyOf(version: number): Promise<Policy> {
    const { document } = await this.version(version);
    return { ...document, id: policyId, version };
  }

  /** A version as the text of a YAML file. @throws ProblemError 404 */
  async export(version?: number): Promise<{ readonly version: number; readonly text: string }> {
    const found = await this.version(version);
    const head = `# Tidegate policy, version ${found.version}, published ${found.publishedAt}\n\n`;
    return { version: found.version, text: head + formatPolicyDocument(found.document) };
  }
}
