-- Row security of online applications: the family's own; officials of the division see what was sent, never a draft.

ALTER TABLE family_nursery_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY entry_own ON family_nursery_entry USING ((SELECT nursery_is_system())
    OR account_id = (SELECT nursery_account()));
CREATE POLICY entry_office ON family_nursery_entry USING (state <> 'draft' AND EXISTS (
    SELECT FROM family_nursery_round r WHERE r.id = round_id
    AND r.division_id = ANY ((SELECT nursery_divisions())::bigint[])));
