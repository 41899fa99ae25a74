-- People who decide what the law asks about: they alone see the queue `legal`.
ALTER TABLE console_accounts DROP CONSTRAINT console_accounts_role_check;
ALTER TABLE console_accounts ADD CONSTRAINT console_accounts_role_check
  CHECK (role IN ('admin', 'policy', 'lead', 'reviewer', 'legal', 'analyst'));
