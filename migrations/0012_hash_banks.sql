-- Hash banks: known content, by exact and perceptual hashes, and what was found with them.
CREATE TABLE hash_banks (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('csam', 'ncii', 'terrorism', 'copyright', 'custom', 'allow')),
  name text NOT NULL,
  description text NOT NULL,
  category text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('active', 'quarantine', 'off')),
  share double precision NOT NULL CHECK (share BETWEEN 0 AND 1),
  exact text NOT NULL CHECK (exact IN ('block', 'hold', 'score', 'label', 'allow')),
  perceptual text NOT NULL CHECK (perceptual IN ('block', 'hold', 'score', 'label')),
  maximum_distance smallint NOT NULL CHECK (maximum_distance BETWEEN 0 AND 31),
  -- Counts the changes of the settings above.
  revision int NOT NULL CHECK (revision > 0),
  -- Counts the changes of the entries, so that an index of them knows whether it is still good.
  contents bigint NOT NULL DEFAULT 0 CHECK (contents >= 0),
  sha256_entries int NOT NULL DEFAULT 0 CHECK (sha256_entries >= 0),
  md5_entries int NOT NULL DEFAULT 0 CHECK (md5_entries >= 0),
  pdq_entries int NOT NULL DEFAULT 0 CHECK (pdq_entries >= 0),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Entries of one bank are added under the lock of its row, so that their sequences are committed in order: whoever has read up to one
-- misses none before it. No foreign key: it would be looked up for each of a million rows, and the lock says as much.
CREATE TABLE hash_bank_entries (
  bank_id text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  algorithm text NOT NULL CHECK (algorithm IN ('sha256', 'md5', 'pdq')),
  hash bytea NOT NULL CHECK (octet_length(hash) = CASE algorithm WHEN 'md5' THEN 16 ELSE 32 END),
  -- Whoever lists it, by their own identifier; '' for an entry without one. An entry goes when its last source withdraws it.
  sources text[] NOT NULL CHECK (cardinality(sources) >= 1),
  note text NOT NULL,
  added_at timestamptz(3) NOT NULL DEFAULT now(),
  -- What was added since; listing, newest first; reading a bank.
  PRIMARY KEY (bank_id, sequence),
  UNIQUE (bank_id, algorithm, hash)
);

-- Which entries are gone, by number only, so that an index in memory can drop them without reading the bank again.
CREATE TABLE hash_bank_removals (
  bank_id text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  entry bigint NOT NULL,
  PRIMARY KEY (bank_id, sequence)
);

-- What was found, once an item version, part, bank and algorithm. Refers to no bank: it stays when the bank is deleted.
CREATE TABLE hash_bank_matches (
  id uuid PRIMARY KEY,
  bank_id text NOT NULL,
  item_id uuid NOT NULL,
  item_version int NOT NULL CHECK (item_version >= 1),
  part_id text NOT NULL,
  algorithm text NOT NULL CHECK (algorithm IN ('sha256', 'md5', 'pdq')),
  distance smallint NOT NULL CHECK (distance BETWEEN 0 AND 31),
  behaviour text NOT NULL CHECK (behaviour IN ('block', 'hold', 'score', 'label', 'allow', 'none')),
  at timestamptz(3) NOT NULL,
  UNIQUE (item_id, item_version, part_id, bank_id, algorithm)
);
CREATE INDEX hash_bank_matches_recent ON hash_bank_matches (bank_id, at DESC, id DESC);

-- Beside the banks, whose rows are locked while entries are written: decisions must not wait for an import.
CREATE TABLE hash_bank_counters (
  bank_id text PRIMARY KEY,
  matches bigint NOT NULL CHECK (matches >= 0),
  last_match_at timestamptz(3) NOT NULL
);

-- Reports that the law may ask for. Queued here; filed outside.
CREATE TABLE authority_reports (
  id uuid PRIMARY KEY,
  item_id uuid NOT NULL,
  item_version int NOT NULL CHECK (item_version >= 1),
  bank_id text NOT NULL,
  sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'submitted', 'accepted', 'rejected', 'withdrawn')),
  created_at timestamptz(3) NOT NULL,
  UNIQUE (item_id, item_version, sha256)
);
CREATE INDEX authority_reports_order ON authority_reports (created_at DESC, id DESC);

REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON hash_bank_matches FROM tidegate_app;
REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON authority_reports FROM tidegate_app;
