import type { Queryable, Transaction } from '#platform/database/database.ts';

/** The channel on which a changed configuration is announced; the payload is the new epoch. Only a hint: the table is the truth. */
export const configurationChannel = 'tidegate_config';

const missingRow = (): Error =>
  new Error('config_epoch has no row; the migrations were not applied or the row was removed. Restore a backup.');

/** The epoch of the configuration as this transaction sees it. */
export const readEpoch = async (tx: Queryable): Promise<number> => {
  const [row] = await tx.prepared<{ epoch: number }>('config-epoch', 'SELECT epoch FROM config_epoch WHERE id = 1');
  if (row === undefined) throw missingRow();
  return row.epoch;
};

/**
 * The epoch, which nobody moves on until this transaction has ended: what it records is committed before the next publication, or decided
 * under it.
 */
export const holdEpoch = async (tx: Transaction): Promise<number> => {
  const [row] = await tx.prepared<{ epoch: number }>(
    'config-epoch-held',
    'SELECT epoch FROM config_epoch WHERE id = 1 FOR SHARE',
  );
  if (row === undefined) throw missingRow();
  return row.epoch;
};

/**
 * Moves the epoch on, for a change of policy, lists or banks in the same transaction, and announces it at the commit. Its row stays locked
 * until then, so that changes of the configuration happen one after the other. Returns the new epoch.
 */
export const bumpEpoch = async (tx: Transaction): Promise<number> => {
  const [row] = await tx.query<{ epoch: number }>(
    'UPDATE config_epoch SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch',
  );
  if (row === undefined) throw missingRow();
  await tx.query('SELECT pg_notify($1, $2)', [configurationChannel, String(row.epoch)]);
  return row.epoch;
};

/** Takes the lock of `bumpEpoch` before anything is read, so that what is read still holds when it is written over. */
export const lockConfiguration = async (tx: Transaction): Promise<void> => {
  await tx.query('SELECT 1 FROM config_epoch WHERE id = 1 FOR UPDATE');
};
