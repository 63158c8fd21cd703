-- As before; what is closed is asked once a statement and not once a posting.
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
