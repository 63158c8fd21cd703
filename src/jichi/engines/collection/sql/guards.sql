-- What never happens, whatever the code does.

CREATE FUNCTION collection_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'facts of collection are written once: % is not changed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_append_only';
END $$;
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['assessment', 'assessmentline', 'instalment', 'change', 'relief', 'receipt', 'reversal',
        'allocation', 'accrual', 'refund', 'refundpaid', 'announced'] LOOP
        EXECUTE format('CREATE TRIGGER collection_keep BEFORE UPDATE OR DELETE ON eng_collection_%s '
            'FOR EACH ROW EXECUTE FUNCTION collection_keep()', t);
    END LOOP;
END $$;

-- An event keeps what it is; only what lasted gets its last day, once.
CREATE FUNCTION collection_guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.until_day IS NOT NULL OR NEW.until_day < NEW.on_day
        OR to_jsonb(NEW) - 'until_day' <> to_jsonb(OLD) - 'until_day' THEN
        RAISE EXCEPTION 'an event is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER collection_guard_event BEFORE UPDATE OR DELETE ON eng_collection_limitationevent
    FOR EACH ROW EXECUTE FUNCTION collection_guard_event();

-- The total is the sum of the lines and of the instalments, all written in one statement.
CREATE FUNCTION collection_check_assessment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a
        WHERE a.total_yen <> (SELECT coalesce(sum(l.amount_yen), 0) FROM eng_collection_assessmentline l
                WHERE l.assessment_id = a.id)
            OR a.total_yen <> (SELECT coalesce(sum(i.amount_yen), 0) FROM eng_collection_instalment i
                WHERE i.assessment_id = a.id)
    ) THEN
        RAISE EXCEPTION 'lines and instalments do not come to the total'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_total';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_check_assessment AFTER INSERT ON eng_collection_assessment
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION collection_check_assessment();

-- No instalment is changed below 0.
CREATE FUNCTION collection_check_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM eng_collection_instalment i
        WHERE i.id IN (SELECT a.instalment_id FROM added a)
            AND i.amount_yen + (SELECT coalesce(sum(c.amount_yen), 0) FROM eng_collection_change c
                WHERE c.instalment_id = i.id AND c.kind <> 'late_waived') < 0
    ) THEN
        RAISE EXCEPTION 'an instalment would come below 0'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_below_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_check_change AFTER INSERT ON eng_collection_change
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION collection_check_change();

-- What a receipt is used for never exceeds what came, added up by receipt: counted here, put elsewhere, given back. Nothing
-- counts of one that was taken back.
CREATE OR REPLACE FUNCTION collection_overused(p_receipts bigint[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS MATERIALIZED (SELECT DISTINCT id FROM unnest(p_receipts) AS u(id))
    SELECT EXISTS (
        SELECT FROM asked q JOIN eng_collection_receipt r ON r.id = q.id
        LEFT JOIN (SELECT a.receipt_id, sum(a.principal_yen + a.late_yen) AS yen, sum(a.principal_yen) AS principal,
                sum(a.late_yen) AS late FROM asked x JOIN eng_collection_allocation a ON a.receipt_id = x.id GROUP BY 1
            ) a ON a.receipt_id = r.id
        LEFT JOIN (SELECT c.source_id, sum(c.amount_yen) AS yen
                FROM asked x JOIN eng_collection_receipt c ON c.source_id = x.id
                WHERE NOT EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = c.id) GROUP BY 1
            ) c ON c.source_id = r.id
        LEFT JOIN (SELECT f.receipt_id, sum(f.amount_yen) AS yen
                FROM asked x JOIN eng_collection_refund f ON f.receipt_id = x.id GROUP BY 1
            ) f ON f.receipt_id = r.id
        LEFT JOIN eng_collection_reversal v ON v.receipt_id = r.id
        WHERE coalesce(a.principal, 0) < 0 OR coalesce(a.late, 0) < 0
            OR coalesce(a.yen, 0) + coalesce(c.yen, 0) + coalesce(f.yen, 0)
                > CASE WHEN v.receipt_id IS NULL THEN r.amount_yen ELSE 0 END
    )
$$;
CREATE FUNCTION collection_check_refund() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF collection_overused(ARRAY(SELECT DISTINCT a.receipt_id FROM added a)) THEN
        RAISE EXCEPTION 'more of a receipt would be used than came'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_check_refund AFTER INSERT ON eng_collection_refund
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION collection_check_refund();
CREATE FUNCTION collection_check_reversal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM eng_collection_refund f WHERE f.receipt_id = NEW.receipt_id)
        OR EXISTS (SELECT FROM eng_collection_receipt c WHERE c.source_id = NEW.receipt_id
            AND NOT EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = c.id)) THEN
        RAISE EXCEPTION 'a part of the receipt has gone on'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_check_reversal AFTER INSERT ON eng_collection_reversal
    FOR EACH ROW EXECUTE FUNCTION collection_check_reversal();
-- What is put elsewhere: keys of receipts are looked at once a statement, without a foreign key's question for each row.
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
CREATE TRIGGER collection_check_put AFTER INSERT ON eng_collection_receipt
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION collection_check_put();

-- Allocations: as above, and an instalment is never paid beyond what is owed. What the instalments have been paid with is
-- looked at beside the receipts and what is owed. A receipt counts for its own instalment alone.
CREATE OR REPLACE FUNCTION collection_check_allocation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off
    SET plan_cache_mode = force_generic_plan SET enable_nestloop = off SET enable_seqscan = off AS $$
DECLARE
    v_instalments bigint[] := ARRAY(SELECT DISTINCT a.instalment_id FROM added a);
    v_receipts bigint[] := ARRAY(SELECT DISTINCT a.receipt_id FROM added a);
    v_used bigint[];
    v_lost boolean;
    v_over boolean;
BEGIN
    WITH shares AS MATERIALIZED (
        SELECT x.instalment_id, x.receipt_id, sum(x.principal_yen)::bigint AS principal,
            sum(x.late_yen)::bigint AS late
        FROM eng_collection_allocation x WHERE x.instalment_id = ANY (v_instalments) GROUP BY 1, 2
    ), there AS MATERIALIZED (
        SELECT r.id, r.instalment_id, r.amount_yen FROM eng_collection_receipt r
        WHERE r.id = ANY (ARRAY(SELECT s.receipt_id FROM shares s))
    ), owed AS MATERIALIZED (
        SELECT i.id, i.amount_yen FROM eng_collection_instalment i WHERE i.id = ANY (v_instalments)
    ), changed AS MATERIALIZED (
        SELECT c.instalment_id, sum(c.amount_yen) AS yen FROM eng_collection_change c
        WHERE c.instalment_id = ANY (v_instalments) AND c.kind <> 'late_waived' GROUP BY 1
    ), receipts AS (
        SELECT bool_or(r.instalment_id IS DISTINCT FROM s.instalment_id) AS is_lost,
            bool_or(s.principal < 0 OR s.late < 0 OR s.principal + s.late > r.amount_yen) AS is_over
        FROM shares s LEFT JOIN there r ON r.id = s.receipt_id
    ), instalments AS (
        SELECT bool_or(i.id IS NULL) AS is_lost, bool_or(p.yen > i.amount_yen + coalesce(c.yen, 0)) AS is_over
        FROM (SELECT s.instalment_id, sum(s.principal) AS yen FROM shares s GROUP BY 1) p
        LEFT JOIN owed i ON i.id = p.instalment_id LEFT JOIN changed c ON c.instalment_id = p.instalment_id
    )
    SELECT r.is_lost OR i.is_lost, r.is_over OR i.is_over INTO v_lost, v_over FROM receipts r, instalments i;
    IF v_lost THEN
        RAISE EXCEPTION 'an allocation names a receipt or an instalment that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'collection_allocation_sides';
    END IF;
    v_used := ARRAY(
        SELECT f.receipt_id FROM eng_collection_refund f WHERE f.receipt_id = ANY (v_receipts)
        UNION SELECT v.receipt_id FROM eng_collection_reversal v WHERE v.receipt_id = ANY (v_receipts)
        UNION SELECT c.source_id FROM eng_collection_receipt c WHERE c.source_id = ANY (v_receipts));
    IF v_over OR v_used <> '{}' AND collection_overused(v_used) THEN
        RAISE EXCEPTION 'more would be allocated than came or is owed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_check_allocation AFTER INSERT ON eng_collection_allocation
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION collection_check_allocation();
