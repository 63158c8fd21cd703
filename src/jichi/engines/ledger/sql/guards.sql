-- What never happens, whatever the code does.

CREATE FUNCTION ledger_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are written once: % is not changed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER ledger_keep_posting BEFORE UPDATE OR DELETE ON eng_ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_keep();
CREATE TRIGGER ledger_keep_entry BEFORE UPDATE OR DELETE ON eng_ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_keep();
CREATE TRIGGER ledger_keep_close BEFORE UPDATE OR DELETE ON eng_ledger_close
    FOR EACH ROW EXECUTE FUNCTION ledger_keep();
CREATE TRIGGER ledger_keep_account BEFORE UPDATE OF code, kind OR DELETE ON eng_ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_keep();

-- 複式: a posting and its entries are written by one statement; the entries are two or more and sum to 0. So no moment
-- exists, not even inside a transaction, in which the books don't balance. Looked at once a statement, by posting and by
-- account, not once a row.
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
CREATE TRIGGER ledger_check_entries AFTER INSERT ON eng_ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

-- A closed period is never written to; a posting without entries is none. The shared lock holds a close back until
-- this transaction has ended, and the other way round. What is closed is asked once a statement and not once a posting.
CREATE OR REPLACE FUNCTION ledger_check_postings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_found text;
    v_through date;
    v_closed int[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared(ledger_lock());
    v_through := ledger_closed_through();
    v_closed := ledger_closed_years();
    SELECT a.key INTO v_found FROM added a
    WHERE a.booked_on <= v_through OR a.fiscal_year = ANY (v_closed)
        OR a.booked_on NOT BETWEEN make_date(a.fiscal_year, 4, 1) AND make_date(a.fiscal_year + 1, 5, 31) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % would be written to a closed period', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_open_period';
    END IF;
    SELECT a.key INTO v_found FROM added a
    WHERE NOT EXISTS (SELECT FROM eng_ledger_entry e WHERE e.posting_id = a.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % has no entries', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_even';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_check_postings AFTER INSERT ON eng_ledger_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings();
