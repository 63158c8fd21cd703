-- What never happens, whatever the code does: an approved table or a frozen input changes, a published result changes.

CREATE FUNCTION nursery_keep_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'approved' THEN
        RAISE EXCEPTION 'an approved table stays as it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER nursery_keep_table BEFORE UPDATE OR DELETE ON family_nursery_scoretable
    FOR EACH ROW EXECUTE FUNCTION nursery_keep_table();

CREATE FUNCTION nursery_keep_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.inputs, NEW.inputs_sha256, NEW.round_id, NEW.number)
        IS DISTINCT FROM (OLD.inputs, OLD.inputs_sha256, OLD.round_id, OLD.number) THEN
        RAISE EXCEPTION 'what a run was given stays as it was' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state NOT IN ('queued', 'running') AND (NEW.state, NEW.outputs, NEW.verdict)
        IS DISTINCT FROM (OLD.state, OLD.outputs, OLD.verdict) THEN
        RAISE EXCEPTION 'a run that ended stays as it ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.published_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a published run stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nursery_keep_run BEFORE UPDATE OR DELETE ON family_nursery_run
    FOR EACH ROW EXECUTE FUNCTION nursery_keep_run();

CREATE FUNCTION nursery_keep_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM family_nursery_run r WHERE r.id = OLD.run_id AND r.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published result stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER nursery_keep_outcome BEFORE UPDATE OR DELETE ON family_nursery_outcome
    FOR EACH ROW EXECUTE FUNCTION nursery_keep_outcome();

CREATE FUNCTION nursery_keep_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_run_id IS NOT NULL AND NEW.published_run_id IS DISTINCT FROM OLD.published_run_id THEN
        RAISE EXCEPTION 'a round is published once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nursery_keep_round BEFORE UPDATE ON family_nursery_round
    FOR EACH ROW EXECUTE FUNCTION nursery_keep_round();
