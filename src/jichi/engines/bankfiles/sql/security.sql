-- Row security: receipts tell who paid what where. Officials with "eng_bankfiles.view" read; the platform writes,
-- after the actions have asked who may.

CREATE FUNCTION bankfiles_may_view() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? 'eng_bankfiles.view';

ALTER TABLE eng_bankfiles_takenfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY file_seen ON eng_bankfiles_takenfile FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY file_system ON eng_bankfiles_takenfile FOR ALL USING ((SELECT bankfiles_is_system()));

ALTER TABLE eng_bankfiles_storereceipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY receipt_seen ON eng_bankfiles_storereceipt FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY receipt_system ON eng_bankfiles_storereceipt FOR ALL USING ((SELECT bankfiles_is_system()));

ALTER TABLE eng_bankfiles_difference ENABLE ROW LEVEL SECURITY;
CREATE POLICY difference_seen ON eng_bankfiles_difference FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY difference_system ON eng_bankfiles_difference FOR ALL USING ((SELECT bankfiles_is_system()));
