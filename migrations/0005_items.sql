-- Items, their versions and the accounts that post them.

CREATE TABLE accounts (
  id text PRIMARY KEY,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- What the platform last said of the account; null where it never did.
  created_at timestamptz,
  verified boolean,
  followers bigint,
  items bigint NOT NULL DEFAULT 0,
  removed bigint NOT NULL DEFAULT 0,
  last_removed_at timestamptz
);

CREATE TABLE items (
  id uuid PRIMARY KEY,
  -- The key that sent the item, and the only one that sees it; null for items sent from the console or the command line.
  api_key_id uuid,
  external_id text,
  account_id text NOT NULL,
  surface text NOT NULL,
  locale text,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  -- The standing decision, projected from `decisions` in the same transaction.
  decision_id uuid,
  decision_sequence integer NOT NULL DEFAULT 0,
  outcome text,
  display text NOT NULL,
  categories text[] NOT NULL DEFAULT '{}',
  layer smallint,
  confidence double precision,
  decided_by text,
  excerpt text NOT NULL,
  search tsvector NOT NULL
);
CREATE INDEX items_by_account ON items (account_id, created_at DESC);
CREATE INDEX items_by_time ON items (created_at DESC, id DESC);
CREATE INDEX items_by_key ON items (api_key_id, created_at DESC, id DESC);
CREATE INDEX items_by_external_id ON items (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX items_search ON items USING gin (search);

CREATE TABLE item_versions (
  item_id uuid NOT NULL REFERENCES items (id),
  version integer NOT NULL,
  -- The content as it was sent; null once the item was deleted.
  content jsonb,
  account_id text NOT NULL,
  -- Keyed hash of the normalised text; equal for identical and near-identical content. Null where there is too little to compare.
  content_key bytea,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (item_id, version)
);
CREATE INDEX item_versions_by_content_key ON item_versions (content_key, created_at DESC) WHERE content_key IS NOT NULL;
CREATE INDEX item_versions_by_account ON item_versions (account_id, created_at DESC);

-- One row a submission with an idempotency key: the same key and body is one item, whoever asks first.
CREATE TABLE idempotency_keys (
  -- The all-zero uuid stands for "no API key".
  api_key_id uuid NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  item_id uuid NOT NULL,
  version integer NOT NULL,
  status smallint NOT NULL,
  answer jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (api_key_id, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
