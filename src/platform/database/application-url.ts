import pg from 'pg';
import { withRole } from './connection-url.ts';
import { asDatabaseError } from './database-errors.ts';
import { appRole } from './embedded-cluster.ts';

export interface ApplicationUrl {
  /** What the application connects with. */
  appUrl: string;
  /**
   * False when the owner may not become `tidegate_app`, so that the application is the owner: everything works, but the
   * database no longer refuses what the application must not do, such as changing the audit log.
   */
  restricted: boolean;
}

/** The application's URL on a server of one's own, where only the owner's is configured. To be asked after `migrate`. */
export async function applicationUrl(adminUrl: string): Promise<ApplicationUrl> {
  const client = new pg.Client({ connectionString: adminUrl });
  client.on('error', () => {});
  try {
    await client.connect();
    const answer = await client.query<{ allowed: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AND pg_has_role(current_user, $1,
         CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS allowed`,
      [appRole],
    );
    const restricted = answer.rows[0]?.allowed === true;
    return { appUrl: restricted ? withRole(adminUrl, appRole) : adminUrl, restricted };
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    await client.end().catch(() => {});
  }
}
