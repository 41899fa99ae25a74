-- Who may do what: API keys for programs, console accounts and their sessions for people. Every secret is stored as a hash only.

CREATE TABLE console_accounts (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  -- The address as it is compared: NFKC, lower case.
  email_key text NOT NULL CONSTRAINT console_accounts_email_taken UNIQUE,
  display_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'policy', 'lead', 'reviewer', 'analyst')),
  disabled boolean NOT NULL DEFAULT false,
  -- argon2id in PHC format.
  password_hash text NOT NULL,
  must_change_password boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL,
  last_sign_in_at timestamptz(3)
);

CREATE TABLE console_sessions (
  id uuid PRIMARY KEY,
  -- SHA-256 of the cookie's value.
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  account_id uuid NOT NULL REFERENCES console_accounts (id) ON DELETE CASCADE,
  -- A session that a one-time sign-in began may set a new password without the old one.
  opened_by text NOT NULL CHECK (opened_by IN ('password', 'one_time')),
  created_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX console_sessions_account ON console_sessions (account_id);

CREATE TABLE one_time_sign_ins (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  account_id uuid NOT NULL REFERENCES console_accounts (id) ON DELETE CASCADE,
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);
CREATE INDEX one_time_sign_ins_account ON one_time_sign_ins (account_id);

-- Failed sign-ins by keyed hash of the address or of the account's e-mail, so that guessing gets slower in every process at once.
CREATE TABLE sign_in_attempts (
  subject bytea PRIMARY KEY CHECK (octet_length(subject) = 32),
  attempts integer NOT NULL,
  last_at timestamptz(3) NOT NULL,
  blocked_until timestamptz(3) NOT NULL
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  prefix text NOT NULL,
  -- SHA-256 of the whole key.
  key_hash bytea NOT NULL CONSTRAINT api_keys_key_taken UNIQUE CHECK (octet_length(key_hash) = 32),
  scopes text[] NOT NULL,
  rate_per_minute integer CHECK (rate_per_minute > 0),
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3)
);
