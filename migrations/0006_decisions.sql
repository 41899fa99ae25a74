-- Decisions form a chain per item version; effects leave through the outbox.

CREATE TABLE decisions (
  id uuid PRIMARY KEY,
  item_id uuid NOT NULL REFERENCES items (id),
  item_version integer NOT NULL,
  -- Counts from 1 over all versions of the item, without gaps.
  sequence integer NOT NULL,
  supersedes uuid,
  outcome text NOT NULL,
  decided_by text NOT NULL,
  reviewer_id uuid,
  policy_version integer NOT NULL,
  epoch bigint NOT NULL,
  -- The verdict with facts, note, latency and cost, as in the contract.
  record jsonb NOT NULL,
  trace jsonb NOT NULL,
  decided_at timestamptz NOT NULL,
  UNIQUE (item_id, sequence)
);
CREATE INDEX decisions_by_time ON decisions (decided_at);

CREATE TABLE outbox (
  -- Derived from item and sequence, so that a receiver can tell a repeat.
  id uuid PRIMARY KEY,
  item_id uuid NOT NULL,
  account_id text NOT NULL,
  -- Gapless per item.
  sequence integer NOT NULL,
  type text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (item_id, sequence)
);
