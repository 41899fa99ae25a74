import { createHash } from 'node:crypto';
import type { Principal } from '#contracts/access.ts';
import type { AuditEntry } from '#contracts/audit.ts';
import { canonicalJson } from '#platform/canonical-json.ts';

export type AuditActor = AuditEntry['actor'];

/** What a caller says of a change. Ids, digests and keyed hashes only: never content or personal data. */
export interface AuditEntryInput {
  readonly actor: AuditActor;
  /** Noun and verb, as in `policy-published`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly details: Readonly<Record<string, unknown>>;
}

/** An entry as it is stored: `details` is the canonical JSON text that was hashed; hashes are 64 hexadecimal digits. */
export interface StoredEntry {
  readonly sequence: number;
  readonly atMs: number;
  readonly actorKind: AuditActor['kind'];
  readonly actorId: string | null;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly details: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** The end of the chain. */
export interface AuditHead {
  /** 0 while there is no entry. */
  readonly sequence: number;
  readonly hash: string;
}

/** What the first entry links to. */
export const genesisHash = '0'.repeat(64);

/** The program itself, for changes that nobody asked for: start, expiry, continuation jobs. */
export const systemActor: AuditActor = { kind: 'system', id: null };

/** The actor that a principal is in the audit log. */
export const actorOf = (principal: Principal): AuditActor =>
  principal.kind === 'api_key'
    ? { kind: 'api_key', id: principal.keyId }
    : { kind: 'console', id: principal.accountId };

/** An entry without its hash. */
export type UnhashedEntry = Omit<StoredEntry, 'hash'>;

/**
 * SHA-256, in hexadecimal, over the previous hash (64 hexadecimal digits), a line feed, and the canonical JSON of
 * `{ action, actor: { id, kind }, at, details, sequence, subject: { id, kind } }` (`at` in ISO 8601, UTC, milliseconds).
 */
export const hashEntry = (entry: UnhashedEntry): string => {
  const action = JSON.stringify(entry.action);
  const actor = `{"id":${JSON.stringify(entry.actorId)},"kind":${JSON.stringify(entry.actorKind)}}`;
  const subject = `{"id":${JSON.stringify(entry.subjectId)},"kind":${JSON.stringify(entry.subjectKind)}}`;
  const at = new Date(entry.atMs).toISOString();
  // `details` is canonical already. Put in as it is, so that any change of the stored text changes the hash.
  return createHash('sha256')
    .update(
      `${entry.previousHash}\n{"action":${action},"actor":${actor},"at":"${at}","details":${entry.details},"sequence":${entry.sequence},"subject":${subject}}`,
    )
    .digest('hex');
};

const refuseUnstorable = (text: string | null, where: string): void => {
  if (text !== null && (!text.isWellFormed() || text.includes('\u0000'))) {
    throw new TypeError(`audit ${where} cannot be stored as it is: it has a lone surrogate or U+0000`);
  }
};

/**
 * The entries that follow `head`, hashed.
 * @throws TypeError for an entry that would not come back from the database as it was hashed
 */
export const chainEntries = (head: AuditHead, inputs: readonly AuditEntryInput[], atMs: number): StoredEntry[] => {
  let { sequence, hash: previousHash } = head;
  return inputs.map(({ actor, action, subject, details }) => {
    refuseUnstorable(actor.id, 'actor id');
    refuseUnstorable(action, 'action');
    refuseUnstorable(subject.kind, 'subject kind');
    refuseUnstorable(subject.id, 'subject id');
    sequence += 1;
    const unhashed: UnhashedEntry = {
      sequence,
      atMs,
      actorKind: actor.kind,
      actorId: actor.id,
      action,
      subjectKind: subject.kind,
      subjectId: subject.id,
      details: canonicalJson(details),
      previousHash,
    };
    const hash = hashEntry(unhashed);
    previousHash = hash;
    return { ...unhashed, hash };
  });
};

const readDetails = (details: string): Record<string, unknown> => {
  try {
    return JSON.parse(details) as Record<string, unknown>;
  } catch {
    return { unreadable: true };
  }
};

const readTime = (atMs: number | bigint | null): string => {
  const date = new Date(Number(atMs ?? 0));
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
};

/** A stored entry as the API shows it. One that was tampered with is still shown; `verifyAudit` says what is wrong with it. */
export const toAuditEntry = (entry: StoredEntry): AuditEntry => ({
  sequence: Number(entry.sequence),
  at: readTime(entry.atMs),
  actor: { kind: entry.actorKind, id: entry.actorId },
  action: entry.action,
  subject: { kind: entry.subjectKind, id: entry.subjectId },
  details: readDetails(entry.details),
  previousHash: entry.previousHash,
  hash: entry.hash,
});
