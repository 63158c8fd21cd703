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

-- What a receipt is used for never exceeds what came: counted here, put elsewhere, given back. Nothing counts of one
-- that was taken back.
CREATE FUNCTION collection_overused(p_receipts bigint[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM eng_collection_receipt r
        LEFT JOIN LATERAL (SELECT sum(a.principal_yen + a.late_yen) AS yen, sum(a.principal_yen) AS principal,
            sum(a.late_yen) AS late FROM eng_collection_allocation a WHERE a.receipt_id = r.id) a ON true
        LEFT JOIN LATERAL (SELECT sum(c.amount_yen) AS yen FROM eng_collection_receipt c WHERE c.source_id = r.id
            AND NOT EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = c.id)) c ON true
        LEFT JOIN LATERAL (SELECT sum(f.amount_yen) AS yen FROM eng_collection_refund f WHERE f.receipt_id = r.id) f
            ON true
        WHERE r.id = ANY (p_receipts) AND (
            coalesce(a.principal, 0) < 0 OR coalesce(a.late, 0) < 0
            OR coalesce(a.yen, 0) + coalesce(c.yen, 0) + coalesce(f.yen, 0)
                > CASE WHEN EXISTS (SELECT FROM eng_collection_reversal v WHERE v.receipt_id = r.id) THEN 0
                    ELSE r.amount_yen END)
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
CREATE FUNCTION collection_check_put() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a WHERE a.source_id IS NOT NULL)
        AND collection_overused(ARRAY(SELECT DISTINCT a.source_id FROM added a WHERE a.source_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'more of a receipt would be used than came'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_check_put AFTER INSERT ON eng_collection_receipt
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION collection_check_put();

-- Allocations: as above, and an instalment is never paid beyond what is owed.
CREATE FUNCTION collection_check_allocation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF collection_overused(ARRAY(SELECT DISTINCT a.receipt_id FROM added a)) OR EXISTS (
        SELECT FROM (SELECT a.instalment_id, sum(a.principal_yen) AS yen FROM eng_collection_allocation a
            WHERE a.instalment_id IN (SELECT n.instalment_id FROM added n) GROUP BY 1) p
        JOIN eng_collection_instalment i ON i.id = p.instalment_id
        WHERE p.yen > i.amount_yen + (SELECT coalesce(sum(c.amount_yen), 0) FROM eng_collection_change c
            WHERE c.instalment_id = i.id AND c.kind <> 'late_waived')
    ) THEN
        RAISE EXCEPTION 'more would be allocated than came or is owed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_check_allocation AFTER INSERT ON eng_collection_allocation
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION collection_check_allocation();
