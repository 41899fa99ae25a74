-- Review tasks: what waits for a person, who has it, and how it ended. Content is not here; it stays with the item.
CREATE TABLE review_tasks (
  id uuid PRIMARY KEY,
  item_id uuid NOT NULL,
  item_version integer NOT NULL CHECK (item_version >= 1),
  -- The decision that asked for a person.
  decision_id uuid NOT NULL,
  -- "Claimed" is no status of its own: it is open with a claim that has not run out, so that no sweep has to end leases.
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'decided', 'withdrawn')),
  bucket text NOT NULL CHECK (bucket IN ('immediate', 'appeals', 'low_confidence', 'quality_sample', 'reports')),
  queue text NOT NULL,
  surface text NOT NULL,
  categories text[] NOT NULL DEFAULT '{}',
  severity smallint NOT NULL CHECK (severity BETWEEN 0 AND 5),
  base_priority double precision NOT NULL CHECK (base_priority BETWEEN 0 AND 100),
  -- Sorts as the priority does at any time (src/engine/priority.ts).
  order_key double precision NOT NULL,
  -- 1 minus the machine's confidence that the item violates; orders the low-confidence bucket.
  uncertainty double precision NOT NULL CHECK (uncertainty BETWEEN 0 AND 1),
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  due_at timestamptz,
  claimed_by uuid,
  claimed_by_name text,
  claimed_at timestamptz,
  claim_expires_at timestamptz,
  skips integer NOT NULL DEFAULT 0,
  decided_by uuid,
  decided_at timestamptz,
  outcome text CHECK (outcome IN ('approve', 'remove')),
  -- The decision that the person made.
  outcome_decision_id uuid,
  machine_call text CHECK (machine_call IN ('right', 'wrong', 'unsure')),
  withdrawn_at timestamptz,
  withdrawn_reason text,
  CHECK ((claimed_by IS NULL) = (claim_expires_at IS NULL)),
  CHECK ((claimed_by IS NULL) = (claimed_at IS NULL)),
  CHECK ((claimed_by IS NULL) = (claimed_by_name IS NULL)),
  CHECK (claimed_by IS NULL OR status = 'open'),
  CHECK ((status = 'decided') = (decided_by IS NOT NULL)),
  CHECK ((status = 'decided') = (decided_at IS NOT NULL)),
  CHECK ((status = 'decided') = (outcome IS NOT NULL)),
  CHECK ((status = 'decided') = (outcome_decision_id IS NOT NULL)),
  CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL))
);

-- One open task an item; an appeal is another matter and has its own.
CREATE UNIQUE INDEX review_tasks_one_open ON review_tasks (item_id) WHERE status = 'open' AND bucket <> 'appeals';
-- The queue's order, over all and within what reviewers filter by most.
CREATE INDEX review_tasks_order ON review_tasks (order_key DESC, id DESC) WHERE status = 'open';
CREATE INDEX review_tasks_bucket_order ON review_tasks (bucket, order_key DESC, id DESC) WHERE status = 'open';
CREATE INDEX review_tasks_queue_order ON review_tasks (queue, order_key DESC, id DESC) WHERE status = 'open';
CREATE INDEX review_tasks_uncertainty ON review_tasks (uncertainty DESC, id DESC)
  WHERE status = 'open' AND bucket = 'low_confidence';
CREATE INDEX review_tasks_claims ON review_tasks (claimed_by, claim_expires_at) WHERE claimed_by IS NOT NULL;
CREATE INDEX review_tasks_decided ON review_tasks (decided_at DESC, id DESC) WHERE status = 'decided';
CREATE INDEX review_tasks_created ON review_tasks (created_at DESC, id DESC);
CREATE INDEX review_tasks_item ON review_tasks (item_id);

-- Whom a task is not offered to again, and why.
CREATE TABLE review_skips (
  task_id uuid NOT NULL REFERENCES review_tasks (id) ON DELETE CASCADE,
  account_id uuid NOT NULL,
  reason text NOT NULL
    CHECK (reason IN ('unsure', 'language', 'distressing', 'conflict_of_interest', 'technical', 'other')),
  note text,
  at timestamptz NOT NULL,
  PRIMARY KEY (task_id, account_id)
);

CREATE TABLE review_notes (
  id uuid PRIMARY KEY,
  task_id uuid NOT NULL REFERENCES review_tasks (id) ON DELETE CASCADE,
  account_id uuid NOT NULL,
  display_name text NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX review_notes_task ON review_notes (task_id, id);
