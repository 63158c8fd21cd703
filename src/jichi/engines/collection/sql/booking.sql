-- Money of whole files, a statement for each step and not one for each receipt. SECURITY DEFINER: as `collection_open`.

CREATE TYPE collection_money AS (
    source text, channel text, key text, paid_on date, amount_yen bigint, kind text
);

-- Books what a channel tells: "provisional" and "cancelled" are noted, "final" is money. What the facts of an
-- instalment settle by themselves (its first money, in time) is allocated here; answers those that have to be settled
-- one by one (a second payment, a late one). A source that is there changes nothing.
CREATE FUNCTION collection_book(p_money collection_money[], p_now timestamptz)
    RETURNS TABLE (instalment_id bigint, paid_on date)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_taker bigint := (SELECT division_id FROM eng_collection_levykind WHERE takes_unknown);
    v_fresh bigint[];
    v_fast bigint[];
BEGIN
    PERFORM FROM eng_collection_instalment i
    WHERE i.key IN (SELECT k FROM unnest(p_money) m, LATERAL (VALUES (left(m.key, 14)), (right(m.key, 14))) v(k))
    ORDER BY i.id FOR UPDATE;

    WITH given AS MATERIALIZED (
        SELECT DISTINCT ON (m.source, m.kind) m.*, coalesce(a.id, b.id) AS instalment
        FROM unnest(p_money) m
        LEFT JOIN eng_collection_instalment a ON a.key = left(m.key, 14) AND ltrim(substr(m.key, 15), '0') = ''
        LEFT JOIN eng_collection_instalment b ON b.key = right(m.key, 14)
            AND ltrim(left(m.key, greatest(length(m.key) - 14, 0)), '0') = ''
        ORDER BY m.source, m.kind
    ), noted AS (
        INSERT INTO eng_collection_announced (source, kind, instalment_id, paid_on, amount_yen, recorded_at)
        SELECT g.source, g.kind, g.instalment, g.paid_on, g.amount_yen, p_now FROM given g
        WHERE g.kind IN ('provisional', 'cancelled')
        ON CONFLICT (source, kind) DO NOTHING
    ), came AS (
        INSERT INTO eng_collection_receipt AS r (dedupe_key, channel, purse, key, instalment_id, division_id,
            fiscal_year, paid_on, amount_yen, recorded_at)
        SELECT g.source, g.channel, 'agents', g.key, i.id, coalesce(i.division_id, v_taker),
            coalesce(i.fiscal_year, extract(year FROM g.paid_on - interval '3 months')::int), g.paid_on, g.amount_yen,
            p_now
        FROM given g LEFT JOIN eng_collection_instalment i ON i.id = g.instalment
        WHERE g.kind = 'final' ORDER BY g.source
        ON CONFLICT (dedupe_key) DO NOTHING
        RETURNING r.id
    )
    SELECT array_agg(c.id) INTO v_fresh FROM came c;
    IF v_fresh IS NULL THEN
        RETURN;
    END IF;

    WITH simple AS (
        SELECT r.id, i.id AS instalment, least(r.amount_yen, i.amount_yen + coalesce(c.yen, 0)) AS yen
        FROM unnest(v_fresh) f JOIN eng_collection_receipt r ON r.id = f
        JOIN eng_collection_instalment i ON i.id = r.instalment_id
        JOIN eng_collection_levykind k ON k.code = i.kind_code
        LEFT JOIN LATERAL (SELECT sum(x.amount_yen) AS yen FROM eng_collection_change x
            WHERE x.instalment_id = i.id AND x.kind <> 'late_waived') c ON true
        WHERE (r.paid_on <= i.due_on OR NOT k.is_charged_late)
            AND NOT EXISTS (SELECT FROM eng_collection_receipt o WHERE o.instalment_id = i.id AND o.id <> r.id)
    ), allocated AS (
        INSERT INTO eng_collection_allocation (instalment_id, receipt_id, step, principal_yen, late_yen, recorded_at)
        SELECT s.instalment, s.id, 1, s.yen, 0, p_now FROM simple s WHERE s.yen > 0
    )
    SELECT coalesce(array_agg(s.id), '{}') INTO v_fast FROM simple s;

    PERFORM ledger_post((
        SELECT array_agg(ROW('collection:receipt:' || r.id, 'received', r.division_id, r.fiscal_year, r.paid_on,
            s.account, s.item, s.yen)::ledger_line)
        FROM unnest(v_fresh) f JOIN eng_collection_receipt r ON r.id = f
        LEFT JOIN eng_collection_allocation a ON a.receipt_id = r.id
        LEFT JOIN eng_collection_instalment i ON i.id = a.instalment_id,
            LATERAL (VALUES (r.purse, '', r.amount_yen), ('claims', coalesce(i.key, ''), -coalesce(a.principal_yen, 0)),
                ('unallocated', 'r' || r.id, coalesce(a.principal_yen, 0) - r.amount_yen)) s(account, item, yen)
        WHERE s.yen <> 0
    ), p_now);

    RETURN QUERY SELECT r.instalment_id, r.paid_on
    FROM unnest(v_fresh) f JOIN eng_collection_receipt r ON r.id = f
    WHERE r.instalment_id IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(v_fast) x WHERE x = r.id);
END $$;
