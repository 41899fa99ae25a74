/** Connection URLs, as `pg` and graphile-worker take them. */

export interface SocketAddress {
  /** Folder of the Unix socket. */
  socketDirectory: string;
  user: string;
  /** Only characters that need no escaping in a URL. */
  password: string;
  database: string;
}

/** The URL of a database behind a Unix socket. */
export function socketUrl(address: SocketAddress): string {
  const { socketDirectory, user, password, database } = address;
  return `postgresql://${user}:${password}@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(socketDirectory)}`;
}

/** The same URL for another database of the same server. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  return changed.href;
}

/**
 * The same URL, but every connection becomes `role` before its first statement. The role travels in the connection's
 * start-up options, so that it is also what RESET ROLE returns to. The URL's own user must be a member of the role.
 */
export function withRole(url: string, role: string): string {
  const changed = new URL(url);
  const already = changed.searchParams.get('options');
  changed.searchParams.set('options', `${already === null ? '' : `${already} `}-c role=${role}`);
  // URLSearchParams writes a space as "+", which PostgreSQL would take literally.
  return changed.href.replace(/\+/g, '%20');
}

/** The URL without its password, fit for a log line or a message. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  shown.searchParams.delete('password');
  return shown.href;
}

/** A name as a quoted SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
