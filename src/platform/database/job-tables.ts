import { Logger, runMigrations } from 'graphile-worker';
import type pg from 'pg';

/** The schema that graphile-worker keeps its jobs in. */
export const jobSchema = 'graphile_worker';

/** Brings graphile-worker's own tables to the version that this Tidegate uses. Safe to run from several processes. */
export async function migrateJobTables(adminUrl: string): Promise<void> {
  await runMigrations({ connectionString: adminUrl, logger: silentLogger, maxPoolSize: 2 });
}

/**
 * Lets the application add and run jobs. graphile-worker turns on row-level security without any policy, so that only the
 * owner sees its rows: each table gets a policy for the application. Repeated after every migration, since a newer
 * graphile-worker may bring new tables.
 */
export async function grantJobTables(client: pg.ClientBase): Promise<void> {
  await client.query(`
    GRANT USAGE ON SCHEMA ${jobSchema} TO tidegate_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${jobSchema} TO tidegate_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${jobSchema} TO tidegate_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${jobSchema} TO tidegate_app;
    REVOKE INSERT, UPDATE, DELETE ON ${jobSchema}.migrations FROM tidegate_app;
    DO $$
    DECLARE
      unreachable text;
    BEGIN
      FOR unreachable IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = '${jobSchema}'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
          AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tidegate_app_all')
      LOOP
        EXECUTE format('CREATE POLICY tidegate_app_all ON ${jobSchema}.%I TO tidegate_app USING (true) WITH CHECK (true)', unreachable);
      END LOOP;
    END $$;
  `);
}

/** Migrations report by throwing; their progress is nothing an operator acts on. */
const silentLogger = new Logger(() => () => {});
