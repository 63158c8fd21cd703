-- As before; entries are looked at by posting and by account, not one by one.
CREATE OR REPLACE FUNCTION ledger_check_entries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_hashjoin = off
    SET enable_mergejoin = off AS $$
DECLARE
    v_found text;
    v_placed boolean;
BEGIN
    SELECT x.found, x.is_placed INTO v_found, v_placed FROM (
        SELECT coalesce(p.key, s.posting_id::text) AS found,
            coalesce((p.booked_on, p.division_id, p.fiscal_year) = (s.day, s.division, s.year) AND s.is_one_place, false)
                AS is_placed,
            s.yen = 0 AND s.rows > 1
                AND s.rows = (SELECT count(*) FROM eng_ledger_entry e WHERE e.posting_id = s.posting_id) AS is_even
        FROM (SELECT a.posting_id, sum(a.amount_yen) AS yen, count(*) AS rows, min(a.booked_on) AS day,
                min(a.division_id) AS division, min(a.fiscal_year) AS year, min(a.booked_on) = max(a.booked_on)
                AND min(a.division_id) = max(a.division_id) AND min(a.fiscal_year) = max(a.fiscal_year) AS is_one_place
            FROM added a GROUP BY a.posting_id) s
        LEFT JOIN eng_ledger_posting p ON p.id = s.posting_id
    ) x WHERE NOT x.is_placed OR NOT x.is_even ORDER BY x.is_placed LIMIT 1;
    IF FOUND AND NOT v_placed THEN
        RAISE EXCEPTION 'an entry is not where its posting % is', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entry_placed';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'posting % does not balance, or was written before', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_even';
    END IF;
    WITH put AS (
        INSERT INTO eng_ledger_daysum AS d (account, booked_on, division_id, fiscal_year, amount_yen, entries)
        SELECT account, booked_on, division_id, fiscal_year, sum(amount_yen), count(*)
        FROM added GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        RETURNING d.account
    )
    SELECT p.account INTO v_found FROM put p
    WHERE NOT EXISTS (SELECT FROM eng_ledger_account c WHERE c.code = p.account) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_unknown_account';
    END IF;
    RETURN NULL;
END $$;
