import type { Category } from '#contracts/category.ts';
import { type DomainList, domainListSchema, type TermList, termListSchema } from '#contracts/lists.ts';
import { type AuditActor, appendAudit } from '#features/audit/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import {
  conflict,
  type FaultPlace,
  invalidRequest,
  notFound,
  type ProblemError,
} from '#platform/http/problem-error.ts';
import { canonicalDomainList, documentDigest, termListFaults } from './check-list.ts';
import { bumpEpoch, lockConfiguration } from './epoch-store.ts';
import {
  deleteList,
  type ListOrigin,
  type ListRow,
  readLists,
  readTermListSummaries,
  type TermListRow,
  type TermListSummaryRow,
  writeDomainList,
  writeTermList,
} from './list-store.ts';
import type { PolicyService } from './policy-service.ts';

export interface TermListDetail {
  readonly list: TermList;
  readonly origin: ListOrigin;
  readonly revision: number;
  readonly updatedAt: string;
}
export interface DomainListDetail {
  readonly list: DomainList;
  readonly revision: number;
  readonly updatedAt: string;
}
export type TermListSummary = Omit<TermListSummaryRow, 'updatedAt'> & { readonly updatedAt: string };

const toTermListDetail = (row: TermListRow): TermListDetail => ({
  list: termListSchema.parse(row.document),
  origin: row.origin,
  revision: row.revision,
  updatedAt: row.updatedAt.toISOString(),
});
const toDomainListDetail = (row: ListRow): DomainListDetail => ({
  list: domainListSchema.parse(row.document),
  revision: row.revision,
  updatedAt: row.updatedAt.toISOString(),
});

const refuseFaults = (kind: string, id: string, faults: readonly FaultPlace[]): void => {
  const [first] = faults;
  if (first === undefined) return;
  throw invalidRequest({
    type: 'invalid-list',
    detail: `The ${kind} ${id} is not valid: ${first.path}: ${first.message}.`,
    remedy: 'Correct the entries named under `errors` and send the list again; nothing was changed.',
    errors: faults.map(({ path, message }) => ({ path: `list.${path}`, message })),
  });
};

const missing = (kind: string, id: string): ProblemError =>
  notFound({ detail: `There is no ${kind} ${id}.`, remedy: 'Check the id; the overview names those that there are.' });

/** `wanted` is the revision that was edited; 0 makes a new list. */
const refuseConflict = (kind: string, id: string, current: ListRow | undefined, wanted: number): void => {
  const revision = current?.revision ?? 0;
  if (revision === wanted) return;
  if (revision === 0) throw missing(kind, id);
  throw conflict({
    type: 'list-changed',
    detail:
      wanted === 0
        ? `There is a ${kind} ${id} already.`
        : `The ${kind} ${id} is at revision ${revision} now; your changes are based on revision ${wanted}.`,
    remedy:
      wanted === 0
        ? 'Choose another id, or edit that list.'
        : 'Load the list, make your changes there, and save again.',
    errors: [{ path: 'revision', message: `the current revision is ${revision}` }],
  });
};

/** Term lists and domain lists: whole lists, replaced under an expected revision. Every change counts for the next decision. */
export class ListService {
  readonly #database: Database;
  readonly #policies: PolicyService;

  constructor({ database, policies }: { readonly database: Database; readonly policies: PolicyService }) {
    this.#database = database;
    this.#policies = policies;
  }

  async termLists(): Promise<TermListSummary[]> {
    const rows = await readTermListSummaries(this.#database);
    return rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
  }

  async domainLists(): Promise<DomainListDetail[]> {
    return (await readLists<ListRow>(this.#database, 'domain_lists', null)).map(toDomainListDetail);
  }

  /** @throws ProblemError 404 */
  async termList(id: string): Promise<TermListDetail> {
    const [row] = await readLists<TermListRow>(this.#database, 'term_lists', [id]);
    if (row === undefined) throw missing('term list', id);
    return toTermListDetail(row);
  }

  /** @throws ProblemError 404 */
  async domainList(id: string): Promise<DomainListDetail> {
    const [row] = await readLists<ListRow>(this.#database, 'domain_lists', [id]);
    if (row === undefined) throw missing('domain list', id);
    return toDomainListDetail(row);
  }

  /** @throws ProblemError 422 naming each entry that is refused; 409 for another revision; 404 for a revision of no list */
  async saveTermList(list: TermList, revision: number, actor: AuditActor): Promise<TermListDetail> {
    refuseFaults('term list', list.id, termListFaults(list, await this.#categories()));
    const digest = documentDigest(list);
    const row = await this.#change(async (tx) => {
      const [current] = await readLists<TermListRow>(tx, 'term_lists', [list.id]);
      refuseConflict('term list', list.id, current, revision);
      const written = await writeTermList(tx, { list, digest, revision: revision + 1 }, current?.origin ?? 'own');
      return {
        result: written,
        action: 'term-list-saved',
        kind: 'term_list',
        id: list.id,
        revision: revision + 1,
        digest,
      };
    }, actor);
    return toTermListDetail(row);
  }

  /** @throws ProblemError 422, 409, 404 as for term lists */
  async saveDomainList(list: DomainList, revision: number, actor: AuditActor): Promise<DomainListDetail> {
    const checked = canonicalDomainList(list, await this.#categories());
    if ('faults' in checked) {
      refuseFaults('domain list', list.id, checked.faults);
      throw new Error('a list with faults was not refused');
    }
    const digest = documentDigest(checked.list);
    const row = await this.#change(async (tx) => {
      const [current] = await readLists<ListRow>(tx, 'domain_lists', [list.id]);
      refuseConflict('domain list', list.id, current, revision);
      const written = await writeDomainList(tx, { list: checked.list, digest, revision: revision + 1 });
      return {
        result: written,
        action: 'domain-list-saved',
        kind: 'domain_list',
        id: list.id,
        revision: revision + 1,
        digest,
      };
    }, actor);
    return toDomainListDetail(row);
  }

  /** Removes a list of one's own. @throws ProblemError 404; 409 for one that came with the product, which can be switched off */
  async removeTermList(id: string, actor: AuditActor): Promise<void> {
    await this.#change(async (tx) => {
      const [current] = await readLists<TermListRow>(tx, 'term_lists', [id]);
      if (current === undefined) throw missing('term list', id);
      if (current.origin === 'default') {
        throw conflict({
          type: 'default-list',
          detail: `The term list ${id} comes with Tidegate and would be back at the next start.`,
          remedy: 'Save it with `enabled: false` instead.',
        });
      }
      await deleteList(tx, 'term_lists', id);
      return {
        result: undefined,
        action: 'term-list-removed',
        kind: 'term_list',
        id,
        revision: current.revision,
        digest: current.digest,
      };
    }, actor);
  }

  /** @throws ProblemError 404 */
  async removeDomainList(id: string, actor: AuditActor): Promise<void> {
    await this.#change(async (tx) => {
      const [current] = await readLists<ListRow>(tx, 'domain_lists', [id]);
      if (current === undefined) throw missing('domain list', id);
      await deleteList(tx, 'domain_lists', id);
      return {
        result: undefined,
        action: 'domain-list-removed',
        kind: 'domain_list',
        id,
        revision: current.revision,
        digest: current.digest,
      };
    }, actor);
  }

  async #categories(): Promise<ReadonlySet<Category>> {
    return new Set(Object.keys((await this.#policies.latest()).policy.categories));
  }

  /** One change of a list: under the configuration's lock, with a new epoch and its audit entry, all or nothing. */
  async #change<Result>(
    work: (tx: Transaction) => Promise<{
      result: Result;
      action: string;
      kind: string;
      id: string;
      revision: number;
      digest: string;
    }>,
    actor: AuditActor,
  ): Promise<Result> {
    const { result, epoch } = await this.#database.transaction(async (tx) => {
      await lockConfiguration(tx);
      const { result, action, kind, id, revision, digest } = await work(tx);
      const epoch = await bumpEpoch(tx);
      await appendAudit(tx, [{ actor, action, subject: { kind, id }, details: { revision, digest, epoch } }]);
      return { result, epoch };
    });
    await this.#policies.refresh(epoch);
    return result;
  }
}
