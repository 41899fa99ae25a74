import { type DomainList, domainListSchema, type TermList, termListSchema } from '#contracts/lists.ts';
import { type Policy, type PolicyDocument, policyDocumentSchema } from '#contracts/policy.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { readEpoch } from './epoch-store.ts';
import { enabledListHeads, type ListHead, readLists } from './list-store.ts';
import { activeVersionNumber, policyId, readPolicyVersion } from './policy-store.ts';

/**
 * Everything published that decisions depend on, as of one epoch. Immutable. What has not changed since the configuration before is the
 * same object, so that what was built from it can be kept.
 */
export interface Configuration {
  readonly epoch: number;
  readonly policy: Policy;
  /** The enabled ones, by id. */
  readonly termLists: readonly TermList[];
  readonly domainLists: readonly DomainList[];
  /** Digest of each list above by its id, prefixed with `terms:` or `domains:`. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Nothing was published yet, or what is stored cannot be read by this version of the program. */
export class ConfigurationUnreadable extends Error {
  override readonly name = 'ConfigurationUnreadable';
  readonly retryable = false;
  readonly httpStatus = 500;
}

/**
 * A stored document as this version of the contract has it, with the defaults of fields that came later.
 * @throws ConfigurationUnreadable
 */
export const readStoredPolicy = (document: unknown, version: number): PolicyDocument => {
  const parsed = policyDocumentSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ConfigurationUnreadable(
    `Policy version ${version} in the database is not valid for this version of Tidegate (${issue?.path.join('.')}: ${issue?.message}). Publish a corrected copy, or go back to the version that wrote it.`,
    { cause: parsed.error },
  );
};

const readStoredList = <List>(
  schema: { safeParse(value: unknown): { success: true; data: List } | { success: false; error: Error } },
  document: unknown,
  id: string,
): List => {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new ConfigurationUnreadable(
    `The list ${id} in the database is not valid for this version of Tidegate. Import it again.`,
    { cause: parsed.error },
  );
};

/** Reads only the lists whose digest is not the known one. */
const loadLists = async <List extends { readonly id: string }>(
  tx: Transaction,
  table: 'term_lists' | 'domain_lists',
  known: ReadonlyMap<string, { readonly digest: string; readonly list: List }>,
  schema: Parameters<typeof readStoredList<List>>[0],
): Promise<{ readonly lists: List[]; readonly heads: ListHead[] }> => {
  const heads = await enabledListHeads(tx, table);
  const changed = heads.filter(({ id, digest }) => known.get(id)?.digest !== digest).map(({ id }) => id);
  const rows = changed.length === 0 ? [] : await readLists(tx, table, changed);
  const read = new Map(rows.map(({ id, document }) => [id, readStoredList(schema, document, id)]));
  return { lists: heads.map(({ id }) => read.get(id) ?? known.get(id)!.list), heads };
};

const knownLists = <List extends { readonly id: string }>(
  lists: readonly List[] | undefined,
  digests: ReadonlyMap<string, string> | undefined,
  prefix: string,
): Map<string, { digest: string; list: List }> =>
  new Map(lists?.map((list) => [list.id, { list, digest: digests?.get(`${prefix}:${list.id}`) ?? '' }]));

/**
 * The configuration as the database has it now, all of it of the same moment.
 * @throws ConfigurationUnreadable
 */
export const loadConfiguration = (database: Database, known?: Configuration): Promise<Configuration> =>
  database.transaction(
    async (tx) => {
      const epoch = await readEpoch(tx);
      if (known?.epoch === epoch) return known;
      const version = await activeVersionNumber(tx);
      const stored = known?.policy.version === version ? undefined : await readPolicyVersion(tx, version);
      if (version === 0 || (stored === undefined && known === undefined)) {
        throw new ConfigurationUnreadable(
          'No policy has been published yet. Start Tidegate once, which puts the default policy in place.',
        );
      }
      const policy: Policy =
        stored === undefined ? known!.policy : { ...readStoredPolicy(stored.document, version), id: policyId, version };
      const terms = await loadLists(
        tx,
        'term_lists',
        knownLists(known?.termLists, known?.digests, 'terms'),
        termListSchema,
      );
      const domains = await loadLists(
        tx,
        'domain_lists',
        knownLists(known?.domainLists, known?.digests, 'domains'),
        domainListSchema,
      );
      const digests = new Map([
        ...terms.heads.map(({ id, digest }) => [`terms:${id}`, digest] as const),
        ...domains.heads.map(({ id, digest }) => [`domains:${id}`, digest] as const),
      ]);
      return { epoch, policy, termLists: terms.lists, domainLists: domains.lists, digests };
    },
    { isolation: 'repeatable read', readOnly: true },
  );
