-- Media: what is known of each file, who handed it in, and which item parts show it. The bytes are in the blob store, under the SHA-256.

-- One row a file, however often it is handed in. It goes when nothing refers to it any more, unless the file has to be preserved.
CREATE TABLE media_files (
  sha256 bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
  md5 bytea NOT NULL CHECK (octet_length(md5) = 16),
  bytes bigint NOT NULL CHECK (bytes > 0),
  -- ImageFacts of src/contracts/media.ts, without the signs that depend on what the sender says of the file.
  facts jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  -- Why nobody is shown the file: an exact match with known abuse material, or a likeness to it, which the legal role looks at.
  withheld text CHECK (withheld IN ('csam', 'csam_perceptual'))
);
CREATE INDEX media_files_withheld ON media_files (sha256) WHERE withheld IS NOT NULL;

-- A file as one sender handed it in: its id is good for that sender only.
CREATE TABLE media (
  id uuid PRIMARY KEY,
  sha256 bytea NOT NULL REFERENCES media_files (sha256),
  -- The key that sent it, and the only one that may use it; null for what came from the console or the command line.
  api_key_id uuid,
  -- The person who tried it out; null for anything else.
  console_account_id uuid,
  source text NOT NULL CHECK (source IN ('upload', 'url', 'object')),
  -- Handed in to try something out: gone after a day, whatever happens.
  trial boolean NOT NULL,
  -- Signs that depend on what this sender said: another extension, another type.
  signs text[] NOT NULL,
  created_at timestamptz NOT NULL,
  -- When it may go; null while an item shows it.
  kept_until timestamptz
);
CREATE INDEX media_by_file ON media (sha256);
CREATE INDEX media_by_end ON media (kept_until) WHERE kept_until IS NOT NULL;

-- Which file a part of an item version shows. Written with the item's decisions; no reference to `media`, whose row may be gone by then.
CREATE TABLE item_media (
  item_id uuid NOT NULL,
  version integer NOT NULL,
  part_id text NOT NULL,
  -- Null where the file could not be had; `problem` says why, in a word.
  media_id uuid,
  sha256 bytea,
  account_id text NOT NULL,
  problem text,
  created_at timestamptz NOT NULL,
  -- The item was erased: its files need not be kept for it.
  erased_at timestamptz,
  PRIMARY KEY (item_id, version, part_id),
  FOREIGN KEY (item_id, version) REFERENCES item_versions (item_id, version),
  CHECK ((media_id IS NULL) = (problem IS NOT NULL))
);
CREATE INDEX item_media_by_media ON item_media (media_id) WHERE media_id IS NOT NULL;
-- The same file from many accounts within a day.
CREATE INDEX item_media_by_file ON item_media (sha256, created_at DESC, account_id) WHERE sha256 IS NOT NULL;
