-- The role that the running application has: no superuser, owns nothing, and can only do what is granted below.
-- The embedded PostgreSQL makes it beforehand with a password; on a server of your own it is made here without a
-- login, and the application's connections become it (SET ROLE).
DO $$
BEGIN
  -- Asked first, since an owner who may not make roles can use one that is there.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tidegate_app') THEN
    CREATE ROLE tidegate_app NOLOGIN;
  END IF;
EXCEPTION
  -- Roles belong to the whole server: another database of it may have brought this one, also in this very moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- Whoever migrates can become the application. A superuser can anyway; who made a role can from PostgreSQL 16 on only by a
-- grant of its own. Where that is not allowed either, the application runs as the owner, and says so at its start.
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'tidegate_app', CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
    GRANT tidegate_app TO CURRENT_USER;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN NULL;
END $$;

GRANT USAGE ON SCHEMA public TO tidegate_app;

-- What later migrations make, the application may use. A migration that makes an append-only table revokes what goes
-- too far: REVOKE UPDATE, DELETE, TRUNCATE ON ... FROM tidegate_app.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tidegate_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO tidegate_app;

GRANT SELECT ON public.tidegate_migrations TO tidegate_app;
