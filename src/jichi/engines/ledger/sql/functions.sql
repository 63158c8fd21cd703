-- The only ways into the books. SECURITY DEFINER: whoever causes a fact need not be allowed to see the books, and
-- nobody writes past these functions (the application holds no right to).

CREATE TYPE ledger_line AS (
    key text, kind text, division_id bigint, fiscal_year int, belongs_on date, account text, item text, amount_yen bigint
);

CREATE FUNCTION ledger_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 5202611;

CREATE FUNCTION ledger_closed_through() RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(max(through_on), '0001-01-01') FROM eng_ledger_close
$$;
CREATE FUNCTION ledger_closed_years() RETURNS int[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(fiscal_year::int), '{}') FROM eng_ledger_close WHERE kind = 'year'
$$;

-- Where a fact is booked (rules.place says the same).
CREATE FUNCTION ledger_place_day(p_belongs date, p_year int, p_through date) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN greatest(p_belongs, make_date(p_year, 4, 1), p_through + 1);
CREATE FUNCTION ledger_place_year(p_day date, p_year int, p_closed int[]) RETURNS int
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN p_day <= make_date(p_year + 1, 5, 31) AND p_year <> ALL (p_closed) THEN p_year
        ELSE extract(year FROM p_day)::int - CASE WHEN extract(month FROM p_day) < 4 THEN 1 ELSE 0 END END;

-- Joins the sums of a day into one row. How many rows it took away.
CREATE FUNCTION ledger_fold() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_gone bigint;
    v_made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(ledger_lock() + 1);
    WITH many AS (
        SELECT account, booked_on, division_id, fiscal_year FROM eng_ledger_daysum GROUP BY 1, 2, 3, 4
        HAVING count(*) > 1
    ), gone AS (
        DELETE FROM eng_ledger_daysum d USING many m
        WHERE (d.account, d.booked_on, d.division_id, d.fiscal_year)
            = (m.account, m.booked_on, m.division_id, m.fiscal_year)
        RETURNING d.account, d.booked_on, d.division_id, d.fiscal_year, d.amount_yen, d.entries
    ), made AS (
        INSERT INTO eng_ledger_daysum (account, booked_on, division_id, fiscal_year, amount_yen, entries)
        SELECT account, booked_on, division_id, fiscal_year, sum(amount_yen), sum(entries)
        FROM gone GROUP BY 1, 2, 3, 4
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM made) INTO v_gone, v_made;
    RETURN v_gone - v_made;
END $$;

CREATE FUNCTION ledger_sums() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(account, yen), '{}')
    FROM (SELECT account, sum(amount_yen)::bigint AS yen FROM eng_ledger_daysum GROUP BY account) s
$$;

-- The newest fiscal year whose last day of books is on or before the day (rules.newest_over says the same).
CREATE FUNCTION ledger_newest_over(p_day date) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN extract(year FROM p_day)::int
        - CASE WHEN p_day >= make_date(extract(year FROM p_day)::int, 5, 31) THEN 1 ELSE 2 END;

-- Closes every day through p_through; false where it was closed already. Waits for whoever is writing.
CREATE FUNCTION ledger_close_days(p_through date, p_now timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_open int;
BEGIN
    PERFORM pg_advisory_xact_lock(ledger_lock());
    IF p_through <= ledger_closed_through() THEN
        RETURN false;
    END IF;
    SELECT min(s.fiscal_year) INTO v_open FROM eng_ledger_daysum s
    WHERE s.fiscal_year <= ledger_newest_over(p_through) AND s.fiscal_year <> ALL (ledger_closed_years());
    IF v_open IS NOT NULL THEN
        RAISE EXCEPTION '%', v_open
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_close_year_first';
    END IF;
    INSERT INTO eng_ledger_close (kind, through_on, sums, closed_at, closed_by)
    VALUES ('days', p_through, ledger_sums(), p_now, nullif(jichi_setting('actor_id'), '')::uuid);
    RETURN true;
END $$;

-- 出納閉鎖: what is left on assets and liabilities goes over into the next year, then the year is closed with its last
-- day, 31 May. False where it was closed already. Nothing of the year may be closed that far before.
CREATE FUNCTION ledger_close_year(p_year int, p_now timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_last date := make_date(p_year + 1, 5, 31);
    v_lines ledger_line[];
    v_open int;
BEGIN
    PERFORM pg_advisory_xact_lock(ledger_lock());
    IF p_year = ANY (ledger_closed_years()) THEN
        RETURN false;
    END IF;
    SELECT min(s.fiscal_year) INTO v_open FROM eng_ledger_daysum s
    WHERE s.fiscal_year < p_year AND s.fiscal_year <> ALL (ledger_closed_years());
    IF v_open IS NOT NULL THEN
        RAISE EXCEPTION '%', v_open
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_earlier_year_open';
    END IF;
    WITH left_over AS (
        SELECT s.division_id, s.account, sum(s.amount_yen)::bigint AS yen
        FROM eng_ledger_daysum s JOIN eng_ledger_account a ON a.code = s.account
        WHERE s.fiscal_year = p_year AND a.kind IN ('asset', 'liability') GROUP BY 1, 2 HAVING sum(s.amount_yen) <> 0
    ), sides AS (
        SELECT format('carry:%s:out:%s', p_year, division_id) AS key, division_id, p_year AS year, v_last AS day,
            account, -yen AS yen FROM left_over
        UNION ALL
        SELECT format('carry:%s:out:%s', p_year, division_id), division_id, p_year, v_last, 'carried', yen
        FROM left_over
        UNION ALL
        SELECT format('carry:%s:in:%s', p_year, division_id), division_id, p_year + 1, v_last + 1, account, yen
        FROM left_over
        UNION ALL
        SELECT format('carry:%s:in:%s', p_year, division_id), division_id, p_year + 1, v_last + 1, 'carried', -yen
        FROM left_over
    )
    SELECT array_agg(ROW(key, 'carry', division_id, year, day, account, '', yen)::ledger_line) INTO v_lines FROM sides;
    IF v_lines IS NOT NULL THEN
        PERFORM ledger_post(v_lines, p_now);
    END IF;
    INSERT INTO eng_ledger_close (kind, through_on, fiscal_year, sums, closed_at, closed_by)
    VALUES ('year', v_last, p_year, ledger_sums(), p_now, nullif(jichi_setting('actor_id'), '')::uuid);
    RETURN true;
END $$;
