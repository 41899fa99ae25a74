import type { Part } from '#contracts/item.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import { type ClaimedFile, ImageFaultError, type ImageSandbox } from '#engine/ports/image-sandbox.ts';
import { type AuditActor, type AuditEntryInput, systemActor } from '#features/audit/index.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { Gate } from '#platform/gate.ts';
import type { GuardedFetch } from '#platform/net/guarded-fetch.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { type MediaOwner, type MediaRecord, mayUse, mediaAnswer, unusedMediaMs, type WithholdReason } from './media.ts';
import { mediaProblem, unknownMedia, unknownParts } from './media-errors.ts';
import { type IncomingFile, type IntakeDependencies, takeIn } from './media-intake.ts';
import { markWithheld, mediaByIds, takeUpMedia } from './media-store.ts';
import { fromObject, fromUrl, PartFileError, reasonOf } from './part-sources.ts';

export interface MediaServiceDependencies {
  readonly database: Database;
  /** Where files are kept, by their SHA-256. */
  readonly blobs: BlobStore;
  /** Where the platform puts files that items name by `objectKey`. Only read. */
  readonly incoming: BlobStore;
  readonly sandbox: ImageSandbox;
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  readonly log: Log;
  /** Of one file. */
  readonly maximumBytes: number;
}

export interface ResolveOptions {
  /** The key whose item it is; null may use any file. */
  readonly apiKeyId: string | null;
  /** Who asked, for the audit log; the program itself unless given. */
  readonly actor?: AuditActor;
  /** Tried out only: what is fetched is not kept for longer than a day. */
  readonly trial?: boolean;
  readonly consoleAccountId?: string | null;
  readonly signal?: AbortSignal;
}

/** Whole files in memory, and files of one item on their way, at a time. */
const examinedAtOnce = 4;
/** Files that may wait for that; they lie on the disk meanwhile. */
const maximumWaiting = 200;
const resolvedAtOnce = 4;

const overloaded = () => new ImageFaultError('overloaded', 'too many files wait to be looked at');

/** Takes media in and finds them again for the parts of items. */
export class MediaService {
  readonly #dependencies: MediaServiceDependencies;
  readonly #intake: IntakeDependencies;

  constructor(dependencies: MediaServiceDependencies) {
    this.#dependencies = dependencies;
    this.#intake = { ...dependencies, gate: new Gate(examinedAtOnce, { maximumWaiting, refusal: overloaded }) };
  }

  get maximumBytes(): number {
    return this.#dependencies.maximumBytes;
  }

  /**
   * Stores an uploaded file. The same file again is another media id of the same stored file.
   * @throws ProblemError 413, 415, 422, 503, 507; errors of the stream as they are. Nothing is kept then.
   */
  async upload(content: AsyncIterable<Uint8Array>, claimed: ClaimedFile, owner: MediaOwner): Promise<MediaAnswer> {
    try {
      return mediaAnswer(await this.#take({ content, claimed, source: 'upload', owner }));
    } catch (error) {
      throw mediaProblem(error, this.maximumBytes);
    }
  }

  /** @throws ProblemError 404 for one that the key has not sent; `null` sees all */
  async find(id: string, apiKeyId: string | null): Promise<MediaRecord> {
    const [media] = await mediaByIds(this.#dependencies.database, [id], this.#now());
    if (media === undefined || !mayUse(media, apiKeyId)) throw unknownMedia(id);
    return media;
  }

  /** Refuses parts that name a file which the submitter does not have. @throws ProblemError 422 naming each part's place */
  async check(
    parts: readonly Part[],
    { apiKeyId, consoleAccountId }: Pick<ResolveOptions, 'apiKeyId' | 'consoleAccountId'>,
  ): Promise<void> {
    const named = parts.flatMap((part, index) =>
      part.kind === 'image' && part.mediaId !== undefined
        ? [{ id: part.mediaId, path: `parts[${index}].mediaId` }]
        : [],
    );
    if (named.length === 0) return;
    const known = await mediaByIds(this.#dependencies.database, [...new Set(named.map(({ id }) => id))], this.#now());
    // A trial would tell what a withheld picture looks like and says: only whoever has it anyway may try it.
    const others = (media: MediaRecord): boolean =>
      consoleAccountId != null && media.withheld !== null && media.consoleAccountId !== consoleAccountId;
    const usable = new Set(known.filter((media) => mayUse(media, apiKeyId) && !others(media)).map(({ id }) => id));
    const unknown = named.filter(({ id }) => !usable.has(id.toLowerCase()));
    if (unknown.length > 0) throw unknownParts(unknown);
  }

  /**
   * The files of the parts that have one, by part id: looked up, fetched or opened. Never rejects: a file that cannot be had is
   * `unavailable` with a short reason.
   */
  async resolve(parts: readonly Part[], options: ResolveOptions): Promise<ReadonlyMap<string, PartFile>> {
    const gate = new Gate(resolvedAtOnce);
    const files = await Promise.all(
      parts.map(
        async (part): Promise<readonly [string, PartFile][]> =>
          part.kind === 'image' ? [[part.id, await this.#partFile(part, options, gate)]] : [],
      ),
    );
    return new Map(files.flat());
  }

  /**
   * Keeps everybody from seeing files: `csam` for an exact match with known abuse material, `csam_perceptual` for a likeness, which
   * the legal role may still look at. They are preserved whatever becomes of their items. Gives the audit entries to append.
   */
  async withhold(
    tx: Transaction,
    sha256s: readonly string[],
    reason: WithholdReason,
  ): Promise<readonly AuditEntryInput[]> {
    if (sha256s.length === 0) return [];
    const changed = await markWithheld(tx, sha256s, reason);
    return changed.map((sha256) => ({
      actor: systemActor,
      action: 'media-withheld',
      subject: { kind: 'media-file', id: sha256 },
      details: { reason },
    }));
  }

  #now(): Date {
    return new Date(this.#dependencies.clock.now());
  }

  #take(file: IncomingFile, signal?: AbortSignal): Promise<MediaRecord> {
    return takeIn(this.#intake, file, signal);
  }

  async #partFile(part: Extract<Part, { kind: 'image' }>, options: ResolveOptions, gate: Gate): Promise<PartFile> {
    try {
      const { id, facts, withheld } = await gate.run(() => this.#media(part, options));
      const found = { status: 'ok', mediaId: id, facts } as const;
      return withheld === null ? found : { ...found, withheld: withheld === 'csam' ? 'exact' : 'likeness' };
    } catch (error) {
      if (options.signal?.aborted === true) return { status: 'unavailable', reason: 'aborted' };
      const reason = reasonOf(error);
      if (reason === undefined) {
        this.#dependencies.log.warn({ error: errorName(error) }, "a part's file could not be had");
      }
      return { status: 'unavailable', reason: reason ?? 'internal' };
    }
  }

  async #media(part: Extract<Part, { kind: 'image' }>, options: ResolveOptions): Promise<MediaRecord> {
    const { database, incoming, fetch, clock, maximumBytes } = this.#dependencies;
    const { apiKeyId, signal } = options;
    signal?.throwIfAborted();
    if (part.mediaId !== undefined) {
      const now = clock.now();
      const [media] = await takeUpMedia(database, [part.mediaId], new Date(now), new Date(now + unusedMediaMs));
      if (media === undefined || !mayUse(media, apiKeyId)) throw new PartFileError('media_unknown');
      return media;
    }
    const owner: MediaOwner = {
      apiKeyId,
      consoleAccountId: options.consoleAccountId ?? null,
      trial: options.trial ?? false,
      actor: options.actor ?? systemActor,
    };
    if (part.url !== undefined) {
      return this.#take({ ...(await fromUrl(fetch, part.url, maximumBytes, signal)), owner }, signal);
    }
    if (part.objectKey === undefined) throw new PartFileError('no_source');
    return this.#take({ ...(await fromObject(incoming, part.objectKey)), owner }, signal);
  }
}
