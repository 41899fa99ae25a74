/** Settings of the embedded server, passed on its command line so that a newer Tidegate brings newer ones. */

export type ServerSettings = Readonly<Record<string, string>>;

/**
 * Meant for a laptop or a small server that also runs Tidegate: durable to the last acknowledged commit, modest in
 * memory, silent about content.
 */
export const serverSettings: ServerSettings = {
  // Nothing but the socket in its private folder.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',

  // An acknowledged commit survives kill -9 and power loss. These are the defaults, stated because everything rests on them.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // No replicas and no archive, so that bulk loads into new tables need no log.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  checkpoint_timeout: '10min',

  shared_buffers: '192MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '1GB',
  random_page_cost: '1.1',
  // Compiling a plan costs more than our short statements.
  jit: 'off',
  io_method: 'worker',
  io_workers: '2',
  max_parallel_workers_per_gather: '1',

  timezone: 'UTC',
  log_timezone: 'UTC',

  // Statements, parameters and the "Key (...)=(...)" of a violation can hold content and personal data: none of it is logged.
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  logging_collector: 'off',
};

/** The settings as command line arguments. */
export function settingArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
