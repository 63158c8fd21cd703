-- Row security: a case belongs to its applicant and to its division; nobody else reads or writes it.

ALTER TABLE eng_cases_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY case_seen ON eng_cases_case
    USING (account_id = (SELECT cases_account()) OR division_id = ANY ((SELECT cases_divisions())::bigint[])
        OR (SELECT cases_is_system()));

ALTER TABLE eng_cases_caseevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_seen ON eng_cases_caseevent
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));
ALTER TABLE eng_cases_correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY correction_seen ON eng_cases_correction
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));
ALTER TABLE eng_cases_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY decision_seen ON eng_cases_decision
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));
ALTER TABLE eng_cases_issueddocument ENABLE ROW LEVEL SECURITY;
CREATE POLICY document_seen ON eng_cases_issueddocument
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));

-- The timeline and a decision are written once.
CREATE FUNCTION cases_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are not changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER cases_keep_event BEFORE UPDATE OR DELETE ON eng_cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION cases_keep();
CREATE TRIGGER cases_keep_decision BEFORE UPDATE OR DELETE ON eng_cases_decision
    FOR EACH ROW EXECUTE FUNCTION cases_keep();
