-- Files of a million receipts: each line is looked up once, a receipt's number is drawn before it is written, and what
-- a day brought to a division is one posting with a side for each claim.

-- A line of a channel's file beside the instalment that it found.
CREATE TYPE collection_matched AS (
    source text, channel text, key text, kind text, paid_on date, amount_yen bigint, instalment_id bigint, item text,
    division_id bigint, fiscal_year int, is_timely boolean, assessed_yen bigint
);
CREATE FUNCTION collection_files_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 5202612;

-- The instalment of each line: its key is followed by zeros, or zeros come before it (rules.keys says the same). What
-- is looked up never changes, so that it may be before the instalments are locked.
CREATE FUNCTION collection_match(p_money collection_money[]) RETURNS collection_matched[]
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET jit = off AS $$
    SELECT array_agg(ROW(m.source, m.channel, m.key, m.kind, m.paid_on, m.amount_yen, i.id, i.key, i.division_id,
        coalesce(i.fiscal_year, extract(year FROM m.paid_on - interval '3 months')::int),
        m.paid_on <= i.due_on OR NOT k.is_charged_late, i.amount_yen)::collection_matched)
    FROM unnest(p_money) m
    LEFT JOIN LATERAL (
        SELECT x.* FROM eng_collection_instalment x
        WHERE x.key = CASE WHEN ltrim(substr(m.key, 15), '0') = '' THEN left(m.key, 14) END
        UNION ALL
        SELECT x.* FROM eng_collection_instalment x
        WHERE x.key = CASE WHEN ltrim(left(m.key, greatest(length(m.key) - 14, 0)), '0') = '' THEN right(m.key, 14) END
        LIMIT 1) i ON true
    LEFT JOIN eng_collection_levykind k ON k.code = i.kind_code
$$;

-- As before. Answers the lines that need more: those without an instalment, and those whose instalment has to be
-- settled by itself (a second payment, a late one).
DROP FUNCTION collection_book(collection_money[], timestamptz);
CREATE FUNCTION collection_book(p_money collection_money[], p_now timestamptz)
    RETURNS TABLE (source text, instalment_id bigint, paid_on date)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off SET work_mem = '128MB'
    SET plan_cache_mode = force_custom_plan AS $$
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

    WITH fresh AS MATERIALIZED (
        SELECT f.*, count(*) OVER (PARTITION BY f.instalment_id) AS together,
            (SELECT o.id FROM eng_collection_receipt o WHERE o.instalment_id = f.instalment_id LIMIT 1) AS other,
            (SELECT sum(x.amount_yen) FROM eng_collection_change x
                WHERE x.instalment_id = f.instalment_id AND x.kind <> 'late_waived') AS changed_yen
        FROM (SELECT g.*, lag(g.source) OVER (ORDER BY g.instalment_id, g.source) AS before
            FROM unnest(v_found) g WHERE g.kind = 'final') f
        WHERE f.before IS DISTINCT FROM f.source
            AND (SELECT o.id FROM eng_collection_receipt o WHERE o.dedupe_key = f.source) IS NULL
    ), numbered AS MATERIALIZED (
        SELECT nextval('eng_collection_receipt_id_seq') AS id, f.*, coalesce(f.division_id, v_taker) AS division,
            CASE WHEN f.is_timely AND f.together = 1 AND f.other IS NULL
                THEN least(f.amount_yen, f.assessed_yen + coalesce(f.changed_yen, 0)) END AS counts_yen
        FROM fresh f
    ), weighed AS MATERIALIZED (
        SELECT n.*, 'collection:receipts:' || min(n.id) OVER (PARTITION BY n.division, n.fiscal_year, n.paid_on) AS name
        FROM numbered n
    ), came AS (
        INSERT INTO eng_collection_receipt (id, dedupe_key, channel, purse, key, instalment_id, division_id,
            fiscal_year, paid_on, amount_yen, recorded_at)
        SELECT n.id, n.source, n.channel, 'agents', n.key, n.instalment_id, n.division, n.fiscal_year, n.paid_on,
            n.amount_yen, p_now
        FROM numbered n
    ), allocated AS (
        INSERT INTO eng_collection_allocation (instalment_id, receipt_id, step, principal_yen, late_yen, recorded_at)
        SELECT n.instalment_id, n.id, 1, n.counts_yen, 0, p_now FROM numbered n WHERE n.counts_yen > 0
    ), sides AS (
        SELECT w.name, w.division, w.fiscal_year, w.paid_on, 'agents' AS account, '' AS item,
            sum(w.amount_yen)::bigint AS yen
        FROM weighed w GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT w.name, w.division, w.fiscal_year, w.paid_on, 'claims', w.item, -w.counts_yen
        FROM weighed w WHERE w.counts_yen > 0
        UNION ALL
        SELECT w.name, w.division, w.fiscal_year, w.paid_on, 'unallocated', 'r' || w.id,
            coalesce(w.counts_yen, 0) - w.amount_yen
        FROM weighed w WHERE w.amount_yen > coalesce(w.counts_yen, 0)
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

-- The guards plan once for whatever comes later in the connection, one receipt or a file: each row by its index, and no
-- table is read whole for one receipt because a file came before it.

-- As before, the keys of receipts looked at without a foreign key's question for each row.
CREATE OR REPLACE FUNCTION collection_check_put() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_hashjoin = off
    SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added a LEFT JOIN eng_collection_instalment i ON i.id = a.instalment_id
        WHERE a.instalment_id IS NOT NULL AND i.id IS NULL) THEN
        RAISE EXCEPTION 'a receipt names an instalment that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'collection_receipt_instalment';
    END IF;
    IF EXISTS (SELECT FROM added a WHERE a.source_id IS NOT NULL) THEN
        IF EXISTS (SELECT FROM added a WHERE a.source_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM eng_collection_receipt r WHERE r.id = a.source_id)) THEN
            RAISE EXCEPTION 'a receipt names a source that is not there'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'collection_receipt_source_there';
        END IF;
        IF collection_overused(ARRAY(SELECT DISTINCT a.source_id FROM added a WHERE a.source_id IS NOT NULL)) THEN
            RAISE EXCEPTION 'more of a receipt would be used than came'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- As before, in one look at what the instalments have been paid with: a receipt counts for its own instalment alone.
CREATE OR REPLACE FUNCTION collection_check_allocation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_hashjoin = off
    SET enable_mergejoin = off AS $$
DECLARE
    v_lost boolean;
    v_over boolean;
BEGIN
    WITH shares AS MATERIALIZED (
        SELECT x.instalment_id, x.receipt_id, sum(x.principal_yen)::bigint AS principal,
            sum(x.late_yen)::bigint AS late
        FROM (SELECT DISTINCT a.instalment_id FROM added a) n
        JOIN eng_collection_allocation x ON x.instalment_id = n.instalment_id GROUP BY 1, 2
    ), receipts AS (
        SELECT bool_or(r.instalment_id IS DISTINCT FROM s.instalment_id) AS is_lost,
            bool_or(s.principal < 0 OR s.late < 0 OR s.principal + s.late > r.amount_yen) AS is_over
        FROM shares s LEFT JOIN eng_collection_receipt r ON r.id = s.receipt_id
    ), instalments AS (
        SELECT bool_or(i.id IS NULL) AS is_lost,
            bool_or(p.yen > i.amount_yen + (SELECT coalesce(sum(c.amount_yen), 0) FROM eng_collection_change c
                WHERE c.instalment_id = i.id AND c.kind <> 'late_waived')) AS is_over
        FROM (SELECT s.instalment_id, sum(s.principal) AS yen FROM shares s GROUP BY 1) p
        LEFT JOIN eng_collection_instalment i ON i.id = p.instalment_id
    )
    SELECT r.is_lost OR i.is_lost, r.is_over OR i.is_over INTO v_lost, v_over FROM receipts r, instalments i;
    IF v_lost THEN
        RAISE EXCEPTION 'an allocation names a receipt or an instalment that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'collection_allocation_sides';
    END IF;
    IF v_over OR collection_overused(ARRAY(
        SELECT f.receipt_id FROM added a JOIN eng_collection_refund f ON f.receipt_id = a.receipt_id
        UNION SELECT v.receipt_id FROM added a JOIN eng_collection_reversal v ON v.receipt_id = a.receipt_id
        UNION SELECT c.source_id FROM added a JOIN eng_collection_receipt c ON c.source_id = a.receipt_id)) THEN
        RAISE EXCEPTION 'more would be allocated than came or is owed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
    END IF;
    RETURN NULL;
END $$;
