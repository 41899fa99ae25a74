-- Entries come in only at the end of the chain, linked to what is there, and together with the head: whoever may insert can add to
-- the log but cannot put anything into it, leave a gap or branch off. (That each hash is right, `audit verify` checks.)
CREATE FUNCTION audit_entries_extend_the_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  low bigint;
  high bigint;
  added_count bigint;
BEGIN
  SELECT min(sequence), max(sequence), count(*) INTO low, high, added_count FROM added;
  IF added_count = 0 THEN
    RETURN NULL;
  END IF;
  IF high - low + 1 <> added_count
    OR NOT EXISTS (
      SELECT FROM audit_head AS head JOIN audit_entries AS last ON last.sequence = head.sequence AND last.hash = head.hash
      WHERE head.id = 1 AND head.sequence = high)
    OR NOT EXISTS (
      SELECT FROM audit_entries AS first
      WHERE first.sequence = low AND first.previous_hash = coalesce(
        (SELECT before.hash FROM audit_entries AS before WHERE before.sequence = low - 1),
        CASE WHEN low = 1 THEN decode(repeat('00', 32), 'hex') END))
  THEN
    RAISE EXCEPTION 'inserting audit entries % to % is refused: they do not extend the chain to its head', low, high
      USING ERRCODE = 'insufficient_privilege', HINT = 'Append in one statement that also moves the head.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_entries_extend_the_chain AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_extend_the_chain();

-- And the head moves only onto an entry: checked when the statement is done, since one statement brings both.
CREATE FUNCTION audit_head_is_an_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM audit_head AS head WHERE head.sequence > 0 AND NOT EXISTS (
      SELECT FROM audit_entries AS last WHERE last.sequence = head.sequence AND last.hash = head.hash))
  THEN
    RAISE EXCEPTION 'moving the audit head is refused: there is no such entry'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_head_is_an_entry AFTER INSERT OR UPDATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION audit_head_is_an_entry();
