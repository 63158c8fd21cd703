-- From the lines of a file (temporary table bankfiles_incoming) one row for each receipt, beside what is known of it
-- (temporary table bankfiles_net). Answers what the file would do, without doing it.
-- In the order of the barcodes: so receipts are written, numbered and booked in the order of what they are for.
-- Lines of a file come sorted (rules.staged): grouping them needs no other work than to walk along.
CREATE OR REPLACE FUNCTION bankfiles_weigh(p_partner bigint, p_issuer text, p_prefix text) RETURNS jsonb
    LANGUAGE plpgsql SET work_mem = '128MB' SET jit = off SET enable_hashagg = off AS $$
DECLARE
    v_found jsonb;
BEGIN
    DROP TABLE IF EXISTS pg_temp.bankfiles_net;
    ANALYZE pg_temp.bankfiles_incoming;
    CREATE TEMP TABLE bankfiles_net ON COMMIT DROP AS
    WITH net AS (
        SELECT i.barcode, i.paid_on, i.paid_at, i.shop, bit_or(i.bit)::smallint AS bits, count(*)::int AS reports,
            coalesce(max(i.amount) FILTER (WHERE i.is_corrected), min(i.amount)) AS amount,
            bool_or(i.is_corrected) AS is_corrected,
            coalesce(min(i.amount) FILTER (WHERE NOT i.is_corrected) <> max(i.amount) FILTER (WHERE NOT i.is_corrected),
                false) OR coalesce(min(i.amount) FILTER (WHERE i.is_corrected)
                <> max(i.amount) FILTER (WHERE i.is_corrected), false) AS is_torn,
            max(i.chain) AS chain, max(i.remit_on) AS remit_on, min(i.data_on) AS data_on
        FROM bankfiles_incoming i GROUP BY i.barcode, i.paid_on, i.paid_at, i.shop)
    SELECT n.*, r.id, coalesce(r.seen, 0)::smallint AS old_seen, r.amount_yen AS old_amount,
        (coalesce(r.seen, 0) | n.bits)::smallint AS seen,
        r.id IS NULL AND substr(n.barcode, 31, 6) <> '999999'
            AND n.paid_on > to_date('20' || substr(n.barcode, 31, 6), 'YYYYMMDD') AS is_past,
        (p_issuer = '' OR substr(n.barcode, 3, 6) = p_issuer)
            AND starts_with(substr(n.barcode, 9, 21), p_prefix) AS is_ours
    FROM net n LEFT JOIN eng_bankfiles_storereceipt r ON r.barcode = n.barcode AND r.paid_on = n.paid_on
        AND r.paid_at = n.paid_at AND r.shop = n.shop AND r.partner_id = p_partner
    ORDER BY n.barcode, n.paid_on, n.paid_at, n.shop;
    ANALYZE pg_temp.bankfiles_net;
    SELECT jsonb_build_object(
        'reports', coalesce(sum(reports), 0), 'receipts', count(*),
        'new', count(*) FILTER (WHERE old_seen = 0),
        'changed', count(*) FILTER (WHERE old_seen > 0 AND bankfiles_state(seen) <> bankfiles_state(old_seen)),
        'repeated', coalesce(sum(reports - CASE WHEN seen <> old_seen
            THEN length(replace((bits & ~old_seen)::int::bit(3)::text, '0', '')) ELSE 0 END), 0),
        'late_advance', count(*) FILTER (WHERE old_seen & 2 > 0 AND bits & 1 > 0 AND old_seen & 1 = 0),
        'provisional', count(*) FILTER (WHERE bankfiles_state(seen) = 'provisional' AND old_seen = 0),
        'provisional_yen', coalesce(sum(amount) FILTER (WHERE bankfiles_state(seen) = 'provisional' AND old_seen = 0), 0),
        'final', count(*) FILTER (WHERE seen & 2 > 0 AND old_seen & 2 = 0),
        'final_yen', coalesce(sum(amount) FILTER (WHERE seen & 2 > 0 AND old_seen & 2 = 0), 0),
        'cancelled', count(*) FILTER (WHERE seen = 5 AND old_seen <> 5),
        'orphan_cancel', count(*) FILTER (WHERE seen = 4 AND old_seen = 0),
        'conflict', count(*) FILTER (WHERE seen & 6 = 6 AND old_seen & 6 <> 6))
    INTO v_found FROM bankfiles_net;
    RETURN v_found;
END $$;
