-- Row security: a round's applications, scores, runs and results are there for officials of its division with
-- "family_nursery.view", and what is published of a family for that family. The platform sees all.

ALTER TABLE family_nursery_scoretable ENABLE ROW LEVEL SECURITY;
CREATE POLICY table_own ON family_nursery_scoretable USING ((SELECT nursery_is_system())
    OR division_id = ANY ((SELECT nursery_divisions())::bigint[]));

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['roundsecret', 'application', 'run'] LOOP
        EXECUTE format('ALTER TABLE family_nursery_%s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY %1$s_own ON family_nursery_%1$s USING ((SELECT nursery_is_system()) '
            'OR EXISTS (SELECT FROM family_nursery_round r WHERE r.id = round_id '
            'AND r.division_id = ANY ((SELECT nursery_divisions())::bigint[])))', t);
    END LOOP;
END $$;
CREATE POLICY application_family ON family_nursery_application FOR SELECT
    USING (account_id = (SELECT nursery_account()));

ALTER TABLE family_nursery_child ENABLE ROW LEVEL SECURITY;
CREATE POLICY child_seen ON family_nursery_child FOR SELECT
    USING ((SELECT nursery_is_system()) OR EXISTS (SELECT FROM family_nursery_application a WHERE a.id = application_id));
CREATE POLICY child_own ON family_nursery_child USING ((SELECT nursery_is_system())
    OR ((SELECT nursery_divisions()) IS NOT NULL
        AND EXISTS (SELECT FROM family_nursery_application a WHERE a.id = application_id)));

ALTER TABLE family_nursery_pin ENABLE ROW LEVEL SECURITY;
CREATE POLICY pin_seen ON family_nursery_pin USING ((SELECT nursery_is_system())
    OR ((SELECT nursery_divisions()) IS NOT NULL AND EXISTS (SELECT FROM family_nursery_child c WHERE c.id = child_id)));

ALTER TABLE family_nursery_outcome ENABLE ROW LEVEL SECURITY;
CREATE POLICY outcome_own ON family_nursery_outcome USING ((SELECT nursery_is_system())
    OR EXISTS (SELECT FROM family_nursery_run r WHERE r.id = run_id));
CREATE POLICY outcome_family ON family_nursery_outcome FOR SELECT
    USING ((SELECT nursery_account()) IS NOT NULL
        AND EXISTS (SELECT FROM family_nursery_child c WHERE c.id = child_id)
        AND EXISTS (SELECT FROM family_nursery_round r WHERE r.published_run_id = run_id));
