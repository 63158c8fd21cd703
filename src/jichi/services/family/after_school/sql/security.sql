-- Row security: officials of the division in charge with "family_after_school.view", and the platform.
-- Parents see their own through queries of the platform, after it is settled whose they are.

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['club', 'enrolment', 'feetable', 'run', 'reminder'] LOOP
        EXECUTE format('ALTER TABLE family_after_school_%s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY %1$s_own ON family_after_school_%1$s USING ((SELECT after_school_is_system()) '
            'OR division_id = ANY ((SELECT after_school_divisions())::bigint[]))', t);
    END LOOP;
    EXECUTE 'ALTER TABLE family_after_school_term ENABLE ROW LEVEL SECURITY';
    EXECUTE 'CREATE POLICY term_seen ON family_after_school_term USING ((SELECT after_school_is_system()) '
        'OR EXISTS (SELECT FROM family_after_school_enrolment e WHERE e.id = enrolment_id))';
    EXECUTE 'ALTER TABLE family_after_school_runline ENABLE ROW LEVEL SECURITY';
    EXECUTE 'CREATE POLICY line_seen ON family_after_school_runline USING ((SELECT after_school_is_system()) '
        'OR EXISTS (SELECT FROM family_after_school_run r WHERE r.id = run_id))';
END $$;

-- What was done stays: terms, lines and reminders are written once; an approved table is never changed.
CREATE FUNCTION after_school_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was done stays: % is not changed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'after_school_append_only';
END $$;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['term', 'runline', 'reminder'] LOOP
        EXECUTE format('CREATE TRIGGER after_school_keep BEFORE UPDATE OR DELETE ON family_after_school_%s '
            'FOR EACH ROW EXECUTE FUNCTION after_school_keep()', t);
    END LOOP;
END $$;
CREATE TRIGGER after_school_keep BEFORE UPDATE OR DELETE ON family_after_school_feetable
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION after_school_keep();
