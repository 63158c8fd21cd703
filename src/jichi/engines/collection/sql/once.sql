-- Files of a million receipts: what guards asked once a row they ask once a statement. Receipts and instalments are never
-- changed nor deleted (collection_keep), so that what is written finds them once is all that a foreign key said.

-- As before, added up by receipt.
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

CREATE OR REPLACE FUNCTION collection_check_put() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a LEFT JOIN eng_collection_instalment i ON i.id = a.instalment_id
        WHERE a.instalment_id IS NOT NULL AND i.id IS NULL) THEN
        RAISE EXCEPTION 'a receipt names an instalment that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'collection_receipt_instalment';
    END IF;
    IF EXISTS (SELECT FROM added a WHERE a.source_id IS NOT NULL)
        AND collection_overused(ARRAY(SELECT DISTINCT a.source_id FROM added a WHERE a.source_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'more of a receipt would be used than came'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_overused';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION collection_check_allocation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added a LEFT JOIN eng_collection_receipt r ON r.id = a.receipt_id
        LEFT JOIN eng_collection_instalment i ON i.id = a.instalment_id WHERE r.id IS NULL OR i.id IS NULL) THEN
        RAISE EXCEPTION 'an allocation names a receipt or an instalment that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'collection_allocation_sides';
    END IF;
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
