-- Who applied as what, and the second person's confirmation.

-- A draft belongs to the login that writes it; an official's own is the paper or telephone application being entered.
CREATE OR REPLACE FUNCTION forms_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') IN ('resident', 'staff')
        THEN nullif(jichi_setting('actor_id'), '')::uuid END;

-- As before; the submission also keeps as what the applicant acted, under which mandate, and what it follows.
CREATE OR REPLACE FUNCTION forms_seal(
    p_draft uuid, p_revision int, p_answers jsonb, p_hash text, p_language text, p_now timestamptz
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    d eng_forms_draft; sealed uuid;
BEGIN
    SELECT * INTO d FROM eng_forms_draft WHERE id = p_draft FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such draft' USING ERRCODE = 'J0004';
    END IF;
    IF d.submitted_at IS NOT NULL THEN
        SELECT id INTO STRICT sealed FROM eng_forms_submission WHERE draft_id = p_draft;
        RETURN sealed;
    END IF;
    IF d.revision <> p_revision THEN
        RAISE EXCEPTION 'the draft has been changed' USING ERRCODE = 'J0001';
    END IF;
    IF d.expires_at <= p_now THEN
        RAISE EXCEPTION 'the draft has expired' USING ERRCODE = 'J0002';
    END IF;
    INSERT INTO eng_forms_submission (id, draft_id, version_id, account_id, division_id, subject_no, corrects_id,
            answers, content_hash, language, submitted_at, applies_as, representation, principal_name, follows)
        SELECT gen_random_uuid(), d.id, d.version_id, d.account_id, p.division_id, d.subject_no, d.corrects_id,
            p_answers, p_hash, p_language, p_now, d.applies_as, d.representation, d.principal_name, d.follows
        FROM eng_forms_procedure p WHERE p.id = d.procedure_id
        RETURNING id INTO STRICT sealed;
    UPDATE eng_forms_draft SET submitted_at = p_now, updated_at = p_now, answers = '{}' WHERE id = d.id;
    RETURN sealed;
END $$;

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
