import type pg from 'pg';
import type { BackupSequence, BackupTable } from './backup-format.ts';
import { quoteIdentifier } from './connection-url.ts';
import { jobSchema } from './job-tables.ts';

/** Made by `restore` before its first change, and gone with its last: a database that has it is half restored. */
export const restoreMarker = 'tidegate_restore';

const ourSchemas = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`;

/** Every table that holds data, with the columns that are stored; not those that migrating fills. By name. */
export async function dataTables(client: pg.ClientBase): Promise<BackupTable[]> {
  const answer = await client.query<BackupTable>(
    `SELECT n.nspname AS schema, c.relname AS table,
       coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '{}') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${ourSchemas}
       AND (n.nspname, c.relname) NOT IN (('public', 'tidegate_migrations'), ('public', $1), ($2, 'migrations'))
     ORDER BY 1, 2`,
    [restoreMarker, jobSchema],
  );
  return answer.rows;
}

/** Every table of ours, whatever it is for. */
export async function allTables(client: pg.ClientBase): Promise<{ schema: string; table: string }[]> {
  const answer = await client.query<{ schema: string; table: string }>(
    `SELECT n.nspname AS schema, c.relname AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${ourSchemas} ORDER BY 1, 2`,
  );
  return answer.rows;
}

/** Where every sequence stands. Sequences stand outside of transactions, so this may be ahead of the rows, never behind. */
export async function readSequences(client: pg.ClientBase): Promise<BackupSequence[]> {
  const known = await client.query<{ schema: string; sequence: string }>(
    `SELECT n.nspname AS schema, c.relname AS sequence FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${ourSchemas} ORDER BY 1, 2`,
  );
  const sequences: BackupSequence[] = [];
  for (const { schema, sequence } of known.rows) {
    const state = await client.query<{ lastValue: string; isCalled: boolean }>(
      `SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${qualified(schema, sequence)}`,
    );
    sequences.push({ schema, sequence, ...state.rows[0]! });
  }
  return sequences;
}

export interface ForeignKey {
  schema: string;
  table: string;
  name: string;
  /** As PostgreSQL itself writes it, to be put after ADD CONSTRAINT. */
  definition: string;
}

/** Every foreign key of our tables; of partitioned ones only their own, which their partitions follow. */
export async function foreignKeys(client: pg.ClientBase): Promise<ForeignKey[]> {
  const answer = await client.query<ForeignKey>(
    `SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0 AND ${ourSchemas} ORDER BY 1, 2, 3`,
  );
  return answer.rows;
}

export interface Trigger {
  schema: string;
  table: string;
  name: string;
  /** As pg_trigger.tgenabled: O (origin), D (disabled), R (replica), A (always). */
  enabled: 'O' | 'D' | 'R' | 'A';
}

/** Every trigger that a migration made; not those behind foreign keys. */
export async function triggers(client: pg.ClientBase): Promise<Trigger[]> {
  const answer = await client.query<Trigger>(
    `SELECT n.nspname AS schema, c.relname AS table, t.tgname AS name, t.tgenabled AS enabled
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND ${ourSchemas} ORDER BY 1, 2, 3`,
  );
  return answer.rows;
}

export function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** `"schema"."table" ("column", ...)`; without a list for a table that has no stored column. */
export function copyTarget({ schema, table, columns }: BackupTable): string {
  return columns.length === 0
    ? qualified(schema, table)
    : `${qualified(schema, table)} (${columns.map(quoteIdentifier).join(', ')})`;
}
