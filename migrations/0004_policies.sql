-- What is decided by: policies, term lists, domain lists. The epoch moves with every change of any of them; a decision whose transaction
-- reads another epoch than it was made under is made again.
CREATE TABLE config_epoch (
  id smallint PRIMARY KEY CHECK (id = 1),
  epoch bigint NOT NULL CHECK (epoch >= 0)
);
INSERT INTO config_epoch (id, epoch) VALUES (1, 0);

-- Published versions, never changed afterwards: decisions refer to them. `document` is json, not jsonb, to keep the order of the
-- categories as they were written.
CREATE TABLE policy_versions (
  policy_id text NOT NULL,
  version int NOT NULL CHECK (version > 0),
  document json NOT NULL,
  note text NOT NULL,
  published_at timestamptz(3) NOT NULL DEFAULT now(),
  publisher_kind text NOT NULL CHECK (publisher_kind IN ('system', 'api_key', 'console')),
  publisher_id text,
  publisher_name text,
  PRIMARY KEY (policy_id, version)
);

-- `digest`: SHA-256 of the canonical JSON of the document, hexadecimal. `revision` counts the changes; the seeds start at 1.
CREATE TABLE term_lists (
  id text PRIMARY KEY,
  document json NOT NULL,
  digest text NOT NULL,
  revision int NOT NULL CHECK (revision > 0),
  origin text NOT NULL CHECK (origin IN ('default', 'own')),
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('block', 'allow')),
  locale text,
  enabled boolean NOT NULL,
  terms int NOT NULL,
  patterns int NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE domain_lists (
  id text PRIMARY KEY,
  document json NOT NULL,
  digest text NOT NULL,
  revision int NOT NULL CHECK (revision > 0),
  name text NOT NULL,
  enabled boolean NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

REVOKE INSERT, DELETE, TRUNCATE ON config_epoch FROM tidegate_app;
REVOKE UPDATE, DELETE, TRUNCATE ON policy_versions FROM tidegate_app;

-- An epoch that went back would make an old configuration look current.
CREATE FUNCTION config_epoch_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.epoch <= OLD.epoch THEN
    RAISE EXCEPTION 'moving the configuration epoch from % to % is refused: it only moves forward', OLD.epoch, NEW.epoch
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER config_epoch_moves_forward BEFORE UPDATE ON config_epoch
  FOR EACH ROW EXECUTE FUNCTION config_epoch_moves_forward();
