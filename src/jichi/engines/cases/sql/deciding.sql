-- Numbers, proposals, messages, papers: functions, row security, and what is written once.

-- The next number of a division's series (収受番号, 文書番号) in a year. The row stays locked until the
-- transaction ends: a number taken by an act that fails is given to the next one, so none is missing.
CREATE FUNCTION cases_next_number(p_division bigint, p_kind text, p_year int) RETURNS int
    LANGUAGE sql AS $$
    INSERT INTO eng_cases_numberseries AS s (division_id, kind, fiscal_year, last) VALUES (p_division, p_kind, p_year, 1)
    ON CONFLICT (division_id, kind, fiscal_year) DO UPDATE SET last = s.last + 1
    RETURNING last
$$;

-- The same of 文書番号, by fiscal year.
CREATE OR REPLACE FUNCTION cases_next_number(p_division bigint, p_fiscal_year int) RETURNS int
    LANGUAGE sql RETURN cases_next_number(p_division, 'document', p_fiscal_year);

-- Takes the next number, writes it as people read it, and enters it in the book: one round trip.
-- p_years: {"fiscal": [year, year of the era], "calendar": [...]} of the day it counts on.
CREATE FUNCTION cases_issue_number(
    p_division bigint, p_kind text, p_years jsonb, p_letter text, p_case uuid, p_what text, p_by uuid, p_now timestamptz
) RETURNS TABLE (id uuid, number text) LANGUAGE plpgsql AS $$
DECLARE
    v_by text; v_year int; v_serial int;
BEGIN
    SELECT r.year_by INTO v_by FROM eng_cases_seriesrule r WHERE r.division_id = p_division AND r.kind = p_kind;
    v_by := coalesce(v_by, 'fiscal'); v_year := (p_years -> v_by ->> 0)::int;
    v_serial := cases_next_number(p_division, p_kind, v_year);
    SELECT (p_years -> v_by ->> 1) || d.document_prefix || p_letter || '第' || v_serial || '号' INTO STRICT number
        FROM eng_accounts_division d WHERE d.id = p_division;
    id := gen_random_uuid();
    INSERT INTO eng_cases_issuednumber (id, kind, division_id, year, serial, branch, text, case_id, what, state,
        issued_at, issued_by_id, void_reason)
    VALUES (id, p_kind, p_division, v_year, v_serial, 1, number, p_case, p_what, 'used', p_now, p_by, '');
    RETURN NEXT;
END $$;

-- Decisions made before there was a 番号簿 get their lines in it.
INSERT INTO eng_cases_issuednumber (id, kind, division_id, year, serial, branch, text, case_id, what, state, issued_at,
    issued_by_id, void_reason)
SELECT gen_random_uuid(), 'document', c.division_id, extract(year FROM l.at)::int - (extract(month FROM l.at) < 4)::int,
    substring(d.document_number FROM '第([0-9]+)号$')::int, 1, d.document_number, d.case_id, '', 'used', d.decided_at,
    d.decided_by_id, ''
FROM eng_cases_decision d JOIN eng_cases_case c ON c.id = d.case_id,
    LATERAL (SELECT d.decided_at AT TIME ZONE 'Asia/Tokyo' AS at) l
WHERE d.document_number ~ '第[0-9]+号$';

-- Row security: what hangs at a case is seen with it; a link by those who see both ends.
ALTER TABLE eng_cases_proposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY proposal_seen ON eng_cases_proposal
    USING (NOT jichi_setting('actor_kind') = 'resident' AND EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));
ALTER TABLE eng_cases_casemessage ENABLE ROW LEVEL SECURITY;
CREATE POLICY message_seen ON eng_cases_casemessage
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));
ALTER TABLE eng_cases_casefile ENABLE ROW LEVEL SECURITY;
CREATE POLICY casefile_seen ON eng_cases_casefile
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id)
        AND (message_id IS NOT NULL OR NOT jichi_setting('actor_kind') = 'resident'));
ALTER TABLE eng_cases_caselink ENABLE ROW LEVEL SECURITY;
CREATE POLICY link_seen ON eng_cases_caselink
    USING (NOT jichi_setting('actor_kind') = 'resident'
        AND EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id)
        AND EXISTS (SELECT FROM eng_cases_case c WHERE c.id = other_id));
ALTER TABLE eng_cases_dispatch ENABLE ROW LEVEL SECURITY;
CREATE POLICY dispatch_seen ON eng_cases_dispatch
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));
ALTER TABLE eng_cases_issuednumber ENABLE ROW LEVEL SECURITY;
CREATE POLICY issued_number_seen ON eng_cases_issuednumber
    USING (division_id = ANY ((SELECT cases_divisions())::bigint[]) OR (SELECT cases_is_system()));
ALTER TABLE eng_cases_bulkitem ENABLE ROW LEVEL SECURITY;
CREATE POLICY bulk_item_seen ON eng_cases_bulkitem
    USING (EXISTS (SELECT FROM eng_cases_case c WHERE c.id = case_id));
ALTER TABLE eng_cases_bulkrun ENABLE ROW LEVEL SECURITY;
CREATE POLICY bulk_run_seen ON eng_cases_bulkrun
    USING (account_id = nullif(jichi_setting('actor_id'), '')::uuid OR (SELECT cases_is_system())
        OR EXISTS (SELECT FROM eng_cases_bulkitem i JOIN eng_cases_case c ON c.id = i.case_id
            WHERE i.run_id = eng_cases_bulkrun.id AND NOT jichi_setting('actor_kind') = 'resident'));

-- A number that was given stays in the book: it may only become 欠番, once.
CREATE FUNCTION cases_keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'void'
        OR (NEW.id, NEW.kind, NEW.division_id, NEW.year, NEW.serial, NEW.branch, NEW.text, NEW.issued_at)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.division_id, OLD.year, OLD.serial, OLD.branch, OLD.text, OLD.issued_at)
    THEN
        RAISE EXCEPTION 'a number that was given is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_keep_number BEFORE UPDATE OR DELETE ON eng_cases_issuednumber
    FOR EACH ROW EXECUTE FUNCTION cases_keep_number();

-- What was written to somebody stays as it was written; that it was read is added once.
CREATE FUNCTION cases_keep_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.read_at IS NOT NULL
        OR (NEW.id, NEW.case_id, NEW.side, NEW.author_id, NEW.text, NEW.at)
        IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.side, OLD.author_id, OLD.text, OLD.at)
    THEN
        RAISE EXCEPTION 'a message is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_keep_message BEFORE UPDATE OR DELETE ON eng_cases_casemessage
    FOR EACH ROW EXECUTE FUNCTION cases_keep_message();

-- A proposal that left the route is history.
CREATE FUNCTION cases_keep_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'on_route' THEN
        RAISE EXCEPTION 'a proposal that ended is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_keep_proposal BEFORE UPDATE OR DELETE ON eng_cases_proposal
    FOR EACH ROW EXECUTE FUNCTION cases_keep_proposal();
