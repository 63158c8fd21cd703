-- Row security: drafts and submissions belong to the resident; officials see what their divisions received.

CREATE FUNCTION forms_divisions() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff' THEN nullif(jichi_setting('divisions'), '')::bigint[] END;

ALTER TABLE eng_forms_draft ENABLE ROW LEVEL SECURITY;
CREATE POLICY forms_draft_owner ON eng_forms_draft
    USING (account_id = (SELECT forms_account()) OR (SELECT forms_is_system()));

ALTER TABLE eng_forms_draftfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY forms_draftfile_owner ON eng_forms_draftfile
    USING (EXISTS (SELECT FROM eng_forms_draft d WHERE d.id = draft_id));

ALTER TABLE eng_forms_submission ENABLE ROW LEVEL SECURITY;
CREATE POLICY forms_submission_seen ON eng_forms_submission FOR SELECT
    USING (account_id = (SELECT forms_account()) OR division_id = ANY ((SELECT forms_divisions())::bigint[])
        OR (SELECT forms_is_system()));
CREATE POLICY forms_submission_sent ON eng_forms_submission FOR INSERT
    WITH CHECK (account_id = (SELECT forms_account()) OR (SELECT forms_is_system()));
