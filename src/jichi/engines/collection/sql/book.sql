-- Files of a million receipts: keys and numbers are looked up in their order, an index walked along once instead of
-- asked anew for each line, and rows are written in the order of their instalments. The plans are the same for one line
-- and for a whole part of a file: by index, and put together in memory.

-- The instalment of each line: its key is followed by zeros, or zeros come before it (rules.keys says the same). What
-- is looked up never changes, so that it may be before the instalments are locked.
CREATE OR REPLACE FUNCTION collection_match(p_money collection_money[]) RETURNS collection_matched[]
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET jit = off SET enable_nestloop = off
    SET enable_seqscan = off AS $$
    WITH given AS MATERIALIZED (
        SELECT m.*, CASE WHEN ltrim(substr(m.key, 15), '0') = '' THEN left(m.key, 14) END AS ahead,
            CASE WHEN ltrim(left(m.key, greatest(length(m.key) - 14, 0)), '0') = '' THEN right(m.key, 14) END AS behind
        FROM unnest(p_money) m
    ), first AS MATERIALIZED (
        SELECT i.* FROM eng_collection_instalment i WHERE i.key = ANY (ARRAY(SELECT g.ahead FROM given g))
    ), second AS MATERIALIZED (
        SELECT i.* FROM eng_collection_instalment i WHERE i.key = ANY (ARRAY(
            SELECT g.behind FROM given g LEFT JOIN first f ON f.key = g.ahead WHERE f.key IS NULL))
    )
    SELECT array_agg(ROW(g.source, g.channel, g.key, g.kind, g.paid_on, g.amount_yen, coalesce(a.id, b.id),
        coalesce(a.key, b.key), coalesce(a.division_id, b.division_id),
        coalesce(a.fiscal_year, b.fiscal_year, extract(year FROM g.paid_on - interval '3 months')::int),
        g.paid_on <= coalesce(a.due_on, b.due_on) OR NOT k.is_charged_late,
        coalesce(a.amount_yen, b.amount_yen))::collection_matched)
    FROM given g LEFT JOIN first a ON a.key = g.ahead LEFT JOIN second b ON b.key = g.behind AND a.key IS NULL
    LEFT JOIN eng_collection_levykind k ON k.code = coalesce(a.kind_code, b.kind_code)
$$;

-- The lines that are new money, each once, in the order of their instalments. What the facts settle by themselves (an
-- instalment's first money, in time) says how many yen count.
CREATE OR REPLACE FUNCTION collection_fresh(p_found collection_matched[]) RETURNS TABLE (source text, channel text, key text,
    instalment_id bigint, item text, division_id bigint, fiscal_year int, paid_on date, amount_yen bigint,
    counts_yen bigint)
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET jit = off SET enable_nestloop = off
    SET enable_seqscan = off AS $$
    WITH given AS MATERIALIZED (
        SELECT f.* FROM unnest(p_found) f WHERE f.kind = 'final'
    ), booked AS MATERIALIZED (
        SELECT o.dedupe_key FROM eng_collection_receipt o WHERE o.dedupe_key = ANY (ARRAY(SELECT g.source FROM given g))
    ), paid AS MATERIALIZED (
        SELECT DISTINCT o.instalment_id FROM eng_collection_receipt o
        WHERE o.instalment_id = ANY (ARRAY(SELECT g.instalment_id FROM given g))
    ), changed AS MATERIALIZED (
        SELECT x.instalment_id, sum(x.amount_yen)::bigint AS yen FROM eng_collection_change x
        WHERE x.instalment_id = ANY (ARRAY(SELECT g.instalment_id FROM given g)) AND x.kind <> 'late_waived' GROUP BY 1
    ), beside AS (
        SELECT g.*, p.instalment_id IS NOT NULL AS is_paid, coalesce(c.yen, 0) AS changed_yen,
            lag(g.source) OVER (ORDER BY g.instalment_id, g.source) AS before
        FROM given g LEFT JOIN booked b ON b.dedupe_key = g.source
        LEFT JOIN paid p ON p.instalment_id = g.instalment_id LEFT JOIN changed c ON c.instalment_id = g.instalment_id
        WHERE b.dedupe_key IS NULL
    )
    SELECT n.source, n.channel, n.key, n.instalment_id, n.item, n.division_id, n.fiscal_year, n.paid_on, n.amount_yen,
        CASE WHEN n.is_timely AND NOT n.is_paid AND count(*) OVER (PARTITION BY n.instalment_id) = 1
            THEN least(n.amount_yen, n.assessed_yen + n.changed_yen) END
    FROM beside n WHERE n.before IS DISTINCT FROM n.source
$$;

-- Books what a channel tells: "provisional" and "cancelled" are noted, "final" is money. What the facts of an
-- instalment settle by themselves (its first money, in time) is allocated here. Answers the lines that need more: those
-- without an instalment, and those whose instalment has to be settled by itself (a second payment, a late one). A source
-- that is there changes nothing.
CREATE OR REPLACE FUNCTION collection_book(p_money collection_money[], p_now timestamptz)
    RETURNS TABLE (source text, instalment_id bigint, paid_on date)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off SET work_mem = '128MB' AS $$
#variable_conflict use_column
DECLARE
    v_taker bigint := (SELECT division_id FROM eng_collection_levykind WHERE takes_unknown);
    v_found collection_matched[] := collection_match(p_money);
    v_ids bigint[];
    v_lines ledger_line[];
    v_more collection_matched[];
BEGIN
    PERFORM pg_advisory_xact_lock(collection_files_lock());
    SELECT array_agg(f.instalment_id) INTO v_ids FROM unnest(v_found) f WHERE f.instalment_id IS NOT NULL;
    PERFORM FROM eng_collection_instalment i WHERE i.id = ANY (v_ids) ORDER BY i.id FOR UPDATE;

    WITH numbered AS MATERIALIZED (
        SELECT nextval('eng_collection_receipt_id_seq') AS id, f.*, coalesce(f.division_id, v_taker) AS division
        FROM collection_fresh(v_found) f
    ), came AS (
        INSERT INTO eng_collection_receipt (id, dedupe_key, channel, purse, key, instalment_id, division_id,
            fiscal_year, paid_on, amount_yen, recorded_at)
        SELECT n.id, n.source, n.channel, 'agents', n.key, n.instalment_id, n.division, n.fiscal_year, n.paid_on,
            n.amount_yen, p_now
        FROM numbered n
    ), allocated AS (
        INSERT INTO eng_collection_allocation (instalment_id, receipt_id, step, principal_yen, late_yen, recorded_at)
        SELECT n.instalment_id, n.id, 1, n.counts_yen, 0, p_now FROM numbered n WHERE n.counts_yen > 0
    ), heads AS MATERIALIZED (
        SELECT n.division, n.fiscal_year, n.paid_on, 'collection:receipts:' || min(n.id) AS name,
            sum(n.amount_yen)::bigint AS yen
        FROM numbered n GROUP BY 1, 2, 3
    ), sides AS (
        SELECT h.name, h.division, h.fiscal_year, h.paid_on, 'agents' AS account, '' AS item, h.yen FROM heads h
        UNION ALL
        SELECT h.name, h.division, h.fiscal_year, h.paid_on, s.account, s.item, s.yen
        FROM numbered n JOIN heads h USING (division, fiscal_year, paid_on), LATERAL (VALUES
            ('claims', n.item, -n.counts_yen),
            ('unallocated', 'r' || n.id, coalesce(n.counts_yen, 0) - n.amount_yen)) s(account, item, yen)
        WHERE s.yen < 0
    )
    SELECT (SELECT array_agg(ROW(s.name, 'received', s.division, s.fiscal_year, s.paid_on, s.account, s.item,
            s.yen)::ledger_line) FROM sides s),
        (SELECT array_agg(ROW(n.source, NULL, NULL, NULL, n.paid_on, NULL, n.instalment_id, NULL, NULL, NULL, NULL,
            NULL)::collection_matched) FROM numbered n WHERE n.counts_yen IS NULL)
    INTO v_lines, v_more;
    IF v_lines IS NOT NULL THEN
        PERFORM ledger_post(v_lines, p_now);
    END IF;

    INSERT INTO eng_collection_announced (source, kind, instalment_id, paid_on, amount_yen, recorded_at)
    SELECT f.source, f.kind, f.instalment_id, f.paid_on, f.amount_yen, p_now FROM unnest(v_found) f
    WHERE f.kind IN ('provisional', 'cancelled')
    ON CONFLICT (source, kind) DO NOTHING;
    RETURN QUERY SELECT m.source, m.instalment_id, m.paid_on FROM unnest(v_more) m;
END $$;
