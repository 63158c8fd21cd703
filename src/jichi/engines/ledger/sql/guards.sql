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
-- exists, not even inside a transaction, in which the books don't balance. Looked at once a statement, not once a row.
CREATE FUNCTION ledger_check_entries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_found text;
BEGIN
    SELECT coalesce(p.key, a.posting_id::text) INTO v_found
    FROM added a LEFT JOIN eng_ledger_posting p ON p.id = a.posting_id
    WHERE p.id IS NULL OR (p.booked_on, p.division_id, p.fiscal_year)
        IS DISTINCT FROM (a.booked_on, a.division_id, a.fiscal_year) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'an entry is not where its posting % is', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entry_placed';
    END IF;
    SELECT a.account INTO v_found FROM (SELECT DISTINCT account FROM added) a
    WHERE NOT EXISTS (SELECT FROM eng_ledger_account c WHERE c.code = a.account) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_unknown_account';
    END IF;
    SELECT a.posting_id::text INTO v_found FROM added a GROUP BY a.posting_id
    HAVING sum(a.amount_yen) <> 0 OR count(*) < 2 LIMIT 1;
    IF FOUND OR (SELECT count(*) FROM added)
        <> (SELECT count(*) FROM eng_ledger_entry e WHERE e.posting_id IN (SELECT a.posting_id FROM added a)) THEN
        RAISE EXCEPTION 'posting % does not balance, or was written before', v_found
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_even';
    END IF;
    INSERT INTO eng_ledger_daysum (account, booked_on, division_id, fiscal_year, amount_yen, entries)
    SELECT account, booked_on, division_id, fiscal_year, sum(amount_yen), count(*)
    FROM added GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_check_entries AFTER INSERT ON eng_ledger_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

-- A closed period is never written to; a posting without entries is none. The shared lock holds a close back until
-- this transaction has ended, and the other way round.
CREATE FUNCTION ledger_check_postings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_found text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(ledger_lock());
    SELECT a.key INTO v_found FROM added a
    WHERE a.booked_on <= ledger_closed_through() OR a.fiscal_year = ANY (ledger_closed_years())
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
