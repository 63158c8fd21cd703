-- Opening and booking many at once. SECURITY DEFINER: who causes them need not be allowed to see them.

CREATE SEQUENCE collection_serial;

-- 納付番号: 13 digits and a check digit, modulus 10, weights 2 and 1 (rules.keys says the same).
CREATE FUNCTION collection_key(p_serial bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT b || (10 - sum(CASE WHEN n % 2 = 1 THEN d * 2 / 10 + d * 2 % 10 ELSE d END) % 10) % 10
    FROM (SELECT lpad(p_serial::text, 13, '0') AS b) x,
        LATERAL (SELECT n, substr(b, 14 - n, 1)::int AS d FROM generate_series(1, 13) n) y
    GROUP BY b
$$;

-- Assessments with lines and instalments, and their postings; a dedupe_key that is there changes nothing.
-- p_given: {dedupe_key, kind, levy_year, fiscal_year, term, payer_no, household_no, subject, assessed_on, decision_ref,
-- lines: [[code, title, yen]], instalments: [[due_on, yen]]}.
CREATE FUNCTION collection_open(p_given jsonb[], p_now timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_lines ledger_line[];
    v_fresh bigint;
BEGIN
    WITH given AS MATERIALIZED (
        SELECT g.value ->> 'dedupe_key' AS dedupe_key, k.code, k.division_id, k.revenue_account,
            (g.value ->> 'levy_year')::int AS levy_year, (g.value ->> 'fiscal_year')::int AS fiscal_year,
            g.value ->> 'term' AS term, g.value ->> 'payer_no' AS payer_no, g.value ->> 'household_no' AS household_no,
            g.value ->> 'subject' AS subject, (g.value ->> 'assessed_on')::date AS assessed_on,
            g.value ->> 'decision_ref' AS decision_ref, g.value -> 'lines' AS lines,
            g.value -> 'instalments' AS instalments,
            (SELECT coalesce(sum((l ->> 2)::bigint), 0) FROM jsonb_array_elements(g.value -> 'lines') l) AS total_yen
        FROM unnest(p_given) AS g(value) JOIN eng_collection_levykind k ON k.code = g.value ->> 'kind'
    ), opened AS (
        INSERT INTO eng_collection_assessment AS a (dedupe_key, kind_id, division_id, levy_year, fiscal_year, term,
            payer_no, household_no, subject, total_yen, assessed_on, decision_ref, opened_at)
        SELECT dedupe_key, code, division_id, levy_year, fiscal_year, term, payer_no, household_no, subject, total_yen,
            assessed_on, decision_ref, p_now
        FROM given ORDER BY dedupe_key
        ON CONFLICT (dedupe_key) DO NOTHING
        RETURNING a.id, a.dedupe_key
    ), lined AS (
        INSERT INTO eng_collection_assessmentline (assessment_id, position, code, title, amount_yen)
        SELECT o.id, l.n, l.line ->> 0, l.line ->> 1, (l.line ->> 2)::bigint
        FROM opened o JOIN given g USING (dedupe_key),
            LATERAL jsonb_array_elements(g.lines) WITH ORDINALITY AS l(line, n)
    ), parted AS (
        INSERT INTO eng_collection_instalment AS i (assessment_id, number, key, due_on, amount_yen, division_id,
            kind_code, fiscal_year)
        SELECT o.id, p.n, collection_key(nextval('collection_serial')), (p.part ->> 0)::date, (p.part ->> 1)::bigint,
            g.division_id, g.code, g.fiscal_year
        FROM opened o JOIN given g USING (dedupe_key),
            LATERAL jsonb_array_elements(g.instalments) WITH ORDINALITY AS p(part, n)
        RETURNING i.assessment_id, i.key, i.amount_yen
    ), sides AS (
        SELECT p.assessment_id, 'claims' AS account, p.key AS item, p.amount_yen FROM parted p
        UNION ALL
        SELECT o.id, g.revenue_account, '', -g.total_yen FROM opened o JOIN given g USING (dedupe_key)
    )
    SELECT (SELECT count(*) FROM opened), array_agg(ROW('collection:assessment:' || o.id, 'assessed', g.division_id,
        g.fiscal_year, g.assessed_on, s.account, s.item, s.amount_yen)::ledger_line)
    INTO v_fresh, v_lines
    FROM sides s JOIN opened o ON o.id = s.assessment_id JOIN given g USING (dedupe_key);
    IF v_lines IS NOT NULL THEN
        PERFORM ledger_post(v_lines, p_now);
    END IF;
    RETURN v_fresh;
END $$;
