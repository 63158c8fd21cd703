-- Who applied as what, and the second person's confirmation.

-- A draft belongs to the login that writes it; an official's own is the paper or telephone application being entered.
CREATE OR REPLACE FUNCTION forms_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') IN ('resident', 'staff')
        THEN nullif(jichi_setting('actor_id'), '')::uuid END;

ALTER TABLE eng_forms_confirmation ENABLE ROW LEVEL SECURITY;
CREATE POLICY forms_confirmation_seen ON eng_forms_confirmation
    USING ((SELECT forms_is_system()) OR EXISTS (SELECT FROM eng_forms_draft d WHERE d.id = draft_id));

-- An answer is given once and stays; who was asked, about what, is never rewritten.
CREATE FUNCTION forms_keep_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'asked'
        OR (NEW.draft_id, NEW.content_hash, NEW.name, NEW.email, NEW.token_hash, NEW.code, NEW.expires_at)
        IS DISTINCT FROM
           (OLD.draft_id, OLD.content_hash, OLD.name, OLD.email, OLD.token_hash, OLD.code, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'a confirmation is answered once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forms_keep_confirmation BEFORE UPDATE ON eng_forms_confirmation
    FOR EACH ROW EXECUTE FUNCTION forms_keep_confirmation();
