-- Lines of one key are one posting; those of the same account and item are added up, what comes to 0 is left out.
-- A key that is there already has to say the same: then it changes nothing, else everything is refused.
-- Entries are written in the order of their items, and so walk along their indexes.
CREATE OR REPLACE FUNCTION ledger_post(p_lines ledger_line[], p_now timestamptz)
    RETURNS TABLE (fresh bigint, repeated bigint, late bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_through date;
    v_closed int[];
    v_keys bigint;
    v_by uuid := nullif(jichi_setting('actor_id'), '')::uuid;
    v_other text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(ledger_lock());
    v_through := ledger_closed_through();
    v_closed := ledger_closed_years();
    WITH given AS MATERIALIZED (
        SELECT l.key, l.kind, l.division_id, l.fiscal_year, l.belongs_on, l.account, l.item,
            sum(l.amount_yen)::bigint AS amount_yen
        FROM unnest(p_lines) l GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(l.amount_yen) <> 0
    ), heads AS MATERIALIZED (
        SELECT DISTINCT g.key, g.kind, g.division_id, g.fiscal_year, g.belongs_on,
            ledger_place_day(g.belongs_on, g.fiscal_year, v_through) AS day
        FROM given g
    ), posted AS (
        INSERT INTO eng_ledger_posting AS p (key, kind, division_id, fiscal_year, belongs_year, booked_on, belongs_on,
            booked_at, booked_by)
        SELECT h.key, h.kind, h.division_id, ledger_place_year(h.day, h.fiscal_year, v_closed), h.fiscal_year, h.day,
            h.belongs_on, p_now, v_by
        FROM heads h ORDER BY h.key
        ON CONFLICT (key) DO NOTHING
        RETURNING p.id, p.key, p.division_id, p.fiscal_year, p.belongs_year, p.booked_on, p.belongs_on
    ), entered AS (
        INSERT INTO eng_ledger_entry (posting_id, account, item, amount_yen, booked_on, division_id, fiscal_year)
        SELECT p.id, g.account, g.item, g.amount_yen, p.booked_on, p.division_id, p.fiscal_year
        FROM posted p JOIN given g ON g.key = p.key ORDER BY p.id, g.account, g.item
    )
    SELECT count(*), (SELECT count(*) FROM heads),
        count(*) FILTER (WHERE p.booked_on <> p.belongs_on OR p.fiscal_year <> p.belongs_year)
    INTO fresh, v_keys, late FROM posted p;
    repeated := v_keys - fresh;
    IF repeated > 0 THEN
        WITH given AS MATERIALIZED (
            SELECT l.key, l.kind, l.division_id, l.fiscal_year, l.belongs_on, l.account, l.item,
                sum(l.amount_yen)::bigint AS amount_yen
            FROM unnest(p_lines) l GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(l.amount_yen) <> 0
        ), there AS MATERIALIZED (
            SELECT p.key, p.kind, p.division_id, p.belongs_year::int, p.belongs_on, e.account, e.item, e.amount_yen
            FROM eng_ledger_posting p JOIN eng_ledger_entry e ON e.posting_id = p.id
            WHERE p.key IN (SELECT g.key FROM given g)
        )
        SELECT x.key INTO v_other
        FROM ((TABLE given EXCEPT TABLE there) UNION ALL (TABLE there EXCEPT TABLE given)) x LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '%', v_other
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_repeat_equal';
        END IF;
    END IF;
    RETURN NEXT;
END $$;
