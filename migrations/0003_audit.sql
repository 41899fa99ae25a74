-- The audit log: append-only and hash-chained. Each entry's hash covers the hash before it, so that nothing in the middle can
-- change without every later hash changing; signed checkpoints outside the database (audit-checkpoints.ts) hold the end fast.
CREATE TABLE audit_entries (
  sequence bigint PRIMARY KEY CHECK (sequence > 0),
  -- Milliseconds, so that the time that was hashed is the time that is stored.
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('system', 'api_key', 'console')),
  actor_id text,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  -- Canonical JSON as text: the very characters that were hashed. jsonb would keep the value but not the characters.
  details text NOT NULL,
  previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE INDEX audit_entries_action ON audit_entries (action, sequence);
CREATE INDEX audit_entries_subject ON audit_entries (subject_id, sequence);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, sequence) WHERE actor_id IS NOT NULL;

-- The end of the chain: one row, locked by whoever appends. The first append makes it.
CREATE TABLE audit_head (
  id smallint PRIMARY KEY CHECK (id = 1),
  sequence bigint NOT NULL CHECK (sequence >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON audit_entries FROM tidegate_app;
REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON audit_head FROM tidegate_app;

-- Rights do not bind the owner; these triggers do, until somebody disables them on purpose.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the audit log is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege', HINT = 'Correct a mistake with a further entry.';
END $$;

CREATE TRIGGER audit_entries_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- The head only moves forward.
CREATE FUNCTION audit_head_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.sequence <= OLD.sequence THEN
    RAISE EXCEPTION 'moving the audit head from % to % is refused: it only moves forward', OLD.sequence, NEW.sequence
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_head_moves_forward BEFORE UPDATE ON audit_head
  FOR EACH ROW EXECUTE FUNCTION audit_head_moves_forward();
