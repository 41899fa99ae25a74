-- Decisions and the events that tell of them are added, never changed: a new decision supersedes the one before.
REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON decisions FROM tidegate_app;
REVOKE UPDATE, TRUNCATE, REFERENCES, TRIGGER ON outbox FROM tidegate_app;
