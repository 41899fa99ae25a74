import type { HashAlgorithm, HashBank } from '#contracts/hash-bank.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { BankSettings } from './bank.ts';

const settingsColumns = `id, kind, name, description, category, mode, share, exact, perceptual,
  maximum_distance AS "maximumDistance", revision`;

interface BankRow extends BankSettings {
  readonly sha256: number;
  readonly md5: number;
  readonly pdq: number;
  readonly total: number;
  readonly recent: number;
  readonly lastAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const toBank = ({ sha256, md5, pdq, total, recent, lastAt, createdAt, updatedAt, ...settings }: BankRow): HashBank => ({
  ...settings,
  entries: { sha256, md5, pdq },
  matches: { total, last24Hours: recent, lastAt: lastAt?.toISOString() ?? null },
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** The banks with their counts, by name; only one where an id is given. */
export const readBanks = async (database: Queryable, id: string | null = null): Promise<HashBank[]> => {
  const rows = await database.query<BankRow>(
    `SELECT ${settingsColumns}, sha256_entries AS sha256, md5_entries AS md5, pdq_entries AS pdq,
       coalesce(c.matches, 0) AS total, c.last_match_at AS "lastAt", created_at AS "createdAt", updated_at AS "updatedAt",
       (SELECT count(*) FROM hash_bank_matches m WHERE m.bank_id = b.id AND m.at > now() - interval '24 hours') AS recent
     FROM hash_banks b LEFT JOIN hash_bank_counters c ON c.bank_id = b.id
     WHERE $1::text IS NULL OR id = $1 ORDER BY name, id`,
    [id],
  );
  return rows.map(toBank);
};

/** Settings with the number of the last change of the entries. */
export interface BankState extends BankSettings {
  readonly contents: number;
  /** Tells a bank from another of its id that was deleted before. */
  readonly createdAt: Date;
  readonly entries: Readonly<Record<HashAlgorithm, number>>;
}
type StateRow = BankSettings & Pick<BankState, 'contents' | 'createdAt'> & Readonly<Record<HashAlgorithm, number>>;

const stateColumns = `${settingsColumns}, contents, created_at AS "createdAt", sha256_entries AS sha256, md5_entries AS md5, pdq_entries AS pdq`;
const toState = ({ sha256, md5, pdq, ...state }: StateRow): BankState => ({ ...state, entries: { sha256, md5, pdq } });

/** Every bank, by id, as an index needs it. */
export const readBankStates = async (database: Queryable): Promise<BankState[]> =>
  (await database.query<StateRow>(`SELECT ${stateColumns} FROM hash_banks ORDER BY id`)).map(toState);

/**
 * A bank that nobody else changes, nor the entries of, until the transaction ends. Comes before the lock of the configuration, which every
 * decision waits for.
 */
export const lockBank = async (tx: Transaction, id: string): Promise<BankState | undefined> =>
  (await tx.query<StateRow>(`SELECT ${stateColumns} FROM hash_banks WHERE id = $1 FOR NO KEY UPDATE`, [id])).map(
    toState,
  )[0];

const settingsOf = (bank: BankSettings): unknown[] => [
  bank.id,
  bank.kind,
  bank.name,
  bank.description,
  bank.category,
  bank.mode,
  bank.share,
  bank.exact,
  bank.perceptual,
  bank.maximumDistance,
  bank.revision,
];

/** False where the id is taken. */
export const insertBank = async (tx: Transaction, bank: BankSettings): Promise<boolean> => {
  const rows = await tx.query(
    `INSERT INTO hash_banks (id, kind, name, description, category, mode, share, exact, perceptual, maximum_distance, revision)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING RETURNING id`,
    settingsOf(bank),
  );
  return rows.length > 0;
};

export const updateBank = async (tx: Transaction, bank: BankSettings): Promise<void> => {
  await tx.query(
    `UPDATE hash_banks SET kind = $2, name = $3, description = $4, category = $5, mode = $6, share = $7, exact = $8,
       perceptual = $9, maximum_distance = $10, revision = $11, updated_at = now()
     WHERE id = $1`,
    settingsOf(bank),
  );
};

/** Removes a bank whose lock the caller holds, with its entries. */
export const deleteBank = async (tx: Transaction, id: string): Promise<void> => {
  await Promise.all(
    [
      'DELETE FROM hash_bank_entries WHERE bank_id = $1',
      'DELETE FROM hash_bank_removals WHERE bank_id = $1',
      'DELETE FROM hash_banks WHERE id = $1',
    ].map((statement) => tx.query(statement, [id])),
  );
};

/** Says that the entries have changed, and by how many of each algorithm. */
export const countEntries = async (
  tx: Transaction,
  id: string,
  change: { readonly sha256: number; readonly md5: number; readonly pdq: number },
): Promise<void> => {
  await tx.query(
    `UPDATE hash_banks SET contents = contents + 1, sha256_entries = sha256_entries + $2, md5_entries = md5_entries + $3,
       pdq_entries = pdq_entries + $4, updated_at = now()
     WHERE id = $1`,
    [id, change.sha256, change.md5, change.pdq],
  );
};

/** Entries of all banks together. */
export const countAllEntries = async (database: Queryable): Promise<number> => {
  const [row] = await database.query<{ count: number }>(
    'SELECT coalesce(sum(sha256_entries::bigint + md5_entries + pdq_entries), 0)::bigint AS count FROM hash_banks',
  );
  return row!.count;
};
