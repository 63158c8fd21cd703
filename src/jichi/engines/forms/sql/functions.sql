-- Functions and guards of forms.

-- What was published stays as it was; only its state may go from published to closed.
CREATE FUNCTION forms_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'closed'
        OR (NEW.id, NEW.procedure_id, NEW.version, NEW.source, NEW.sha256, NEW.published_at)
        IS DISTINCT FROM (OLD.id, OLD.procedure_id, OLD.version, OLD.source, OLD.sha256, OLD.published_at)
    THEN
        RAISE EXCEPTION 'a published form version is immutable' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forms_keep_version BEFORE UPDATE OR DELETE ON eng_forms_formversion
    FOR EACH ROW EXECUTE FUNCTION forms_keep_version();

-- What was sent stays as it was sent. Deleting is for retention alone, by the owner of the tables.
CREATE OR REPLACE FUNCTION forms_keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF forms_goes_over(to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a submission is immutable' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER forms_keep_submission BEFORE UPDATE ON eng_forms_submission
    FOR EACH ROW EXECUTE FUNCTION forms_keep_submission();
REVOKE UPDATE, DELETE, TRUNCATE ON eng_forms_submission FROM jichi_app;

-- A draft that was sent is closed: neither its answers nor its files change afterwards.
CREATE OR REPLACE FUNCTION forms_keep_sent_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.submitted_at IS NOT NULL AND NOT (TG_OP = 'UPDATE' AND forms_goes_over(to_jsonb(OLD), to_jsonb(NEW))) THEN
        RAISE EXCEPTION 'the draft has been sent' USING ERRCODE = 'J0003';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forms_keep_sent_draft BEFORE UPDATE OR DELETE ON eng_forms_draft
    FOR EACH ROW EXECUTE FUNCTION forms_keep_sent_draft();

CREATE FUNCTION forms_keep_sent_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM eng_forms_draft d
               WHERE d.id = CASE TG_OP WHEN 'DELETE' THEN OLD.draft_id ELSE NEW.draft_id END
                 AND d.submitted_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'the draft has been sent' USING ERRCODE = 'J0003';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forms_keep_sent_files BEFORE INSERT OR UPDATE OR DELETE ON eng_forms_draftfile
    FOR EACH ROW EXECUTE FUNCTION forms_keep_sent_files();

-- Seals a draft: the submission it becomes, exactly once. Called again it answers the same id.
-- The caller has validated p_answers against revision p_revision.
--   J0001  the draft was changed since (stale revision)
--   J0002  the draft has expired
--   J0004  no such draft, or not this actor's
-- The submission also keeps as what the applicant acted, under which mandate, and what it follows.
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
