-- Language models that judge: settings, what they cost, and the last questions. No content.

-- `settings` has everything but the key, as contracts/judge.ts says. A tier that was removed keeps its row, so that revisions never repeat.
CREATE TABLE judges (
  tier text PRIMARY KEY CHECK (tier IN ('small', 'large')),
  settings jsonb,
  -- Sealed with the installation's secret key (src/platform/crypto/seal.ts).
  api_key bytea,
  revision int NOT NULL CHECK (revision > 0),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- One row a day (UTC) and tier, added to in small batches. `granted_usd` is money that processes have set aside; it is never above the cap,
-- and what is spent is never above what was granted.
CREATE TABLE judge_usage (
  day date NOT NULL,
  tier text NOT NULL CHECK (tier IN ('small', 'large')),
  requests bigint NOT NULL DEFAULT 0,
  failures bigint NOT NULL DEFAULT 0,
  cached bigint NOT NULL DEFAULT 0,
  input_tokens bigint NOT NULL DEFAULT 0,
  output_tokens bigint NOT NULL DEFAULT 0,
  cost_usd double precision NOT NULL DEFAULT 0,
  granted_usd double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (day, tier)
);

-- The last questions of each tier; older ones are removed as new ones come.
CREATE TABLE judge_calls (
  id uuid PRIMARY KEY,
  tier text NOT NULL CHECK (tier IN ('small', 'large')),
  model text NOT NULL,
  status text NOT NULL,
  duration_ms double precision NOT NULL,
  cost_usd double precision NOT NULL,
  at timestamptz(3) NOT NULL
);
CREATE INDEX judge_calls_of_tier ON judge_calls (tier, id DESC);
