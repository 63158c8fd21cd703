-- Plans (分納): officials of the division in charge with "family_after_school.view", and the platform.
ALTER TABLE family_after_school_plan ENABLE ROW LEVEL SECURITY;
CREATE POLICY plan_own ON family_after_school_plan USING ((SELECT after_school_is_system())
    OR division_id = ANY ((SELECT after_school_divisions())::bigint[]));
ALTER TABLE family_after_school_planpart ENABLE ROW LEVEL SECURITY;
CREATE POLICY part_seen ON family_after_school_planpart USING ((SELECT after_school_is_system())
    OR EXISTS (SELECT FROM family_after_school_plan p WHERE p.id = plan_id));

-- What was agreed stays: a plan ends, its months and days are not changed; nothing is deleted.
CREATE FUNCTION after_school_keep_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := CASE TG_TABLE_NAME WHEN 'family_after_school_plan'
        THEN ARRAY['state', 'ended_on', 'reason', 'slip_run'] ELSE ARRAY['is_over'] END;
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change
        OR (TG_TABLE_NAME = 'family_after_school_plan' AND to_jsonb(OLD) ->> 'state' <> 'live'
            AND to_jsonb(NEW) -> 'state' <> to_jsonb(OLD) -> 'state') THEN
        RAISE EXCEPTION 'what was agreed stays'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'after_school_plan_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER after_school_keep_plan BEFORE UPDATE OR DELETE ON family_after_school_plan
    FOR EACH ROW EXECUTE FUNCTION after_school_keep_plan();
CREATE TRIGGER after_school_keep_plan BEFORE UPDATE OR DELETE ON family_after_school_planpart
    FOR EACH ROW EXECUTE FUNCTION after_school_keep_plan();
