-- What is due after a case is seen with it; what it says stays as it was decided.
ALTER TABLE eng_cases_followup ENABLE ROW LEVEL SECURITY;
CREATE POLICY follow_up_seen ON eng_cases_followup
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));

CREATE FUNCTION cases_keep_follow_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.told_at IS NOT NULL
        OR (NEW.id, NEW.case_id, NEW.key, NEW.procedure, NEW.due_on)
        IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.key, OLD.procedure, OLD.due_on)
    THEN
        RAISE EXCEPTION 'what is due after a decision is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_keep_follow_up BEFORE UPDATE OR DELETE ON eng_cases_followup
    FOR EACH ROW EXECUTE FUNCTION cases_keep_follow_up();
