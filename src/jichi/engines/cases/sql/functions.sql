-- Opening a case: the application, its number, timeline, the official's work item, the applicant's notice,
-- search entries and mail, in one call and one transaction. Called again for the same draft it answers
-- the first number.

-- 受付番号 as people read it: K7M4-2QF9.
CREATE FUNCTION cases_written(p_number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(p_number, 4) || '-' || substr(p_number, 5);

-- What anybody may learn from the code on a document: that it is ours, and what the paper itself says.
CREATE FUNCTION cases_verify(p_code text)
    RETURNS TABLE (kind text, title jsonb, facts jsonb, issued_at timestamptz, valid_until date, revoked_at timestamptz,
        number text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.kind, d.title, d.facts, d.issued_at, d.valid_until, d.revoked_at, c.number
    FROM eng_cases_issueddocument d JOIN eng_cases_case c ON c.id = d.case_id
    WHERE d.verification_code = p_code
$$;
