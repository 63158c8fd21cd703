-- The state machine of receipts, for whole files at once. rules/receipts.py says the same for one receipt.

CREATE FUNCTION bankfiles_state(p_seen int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_seen WHEN 1 THEN 'provisional' WHEN 4 THEN 'held' WHEN 5 THEN 'cancelled' ELSE 'final' END;

-- From the lines of a file (temporary table bankfiles_incoming) one row for each receipt, beside what is known of it
-- (temporary table bankfiles_net). Answers what the file would do, without doing it.
CREATE FUNCTION bankfiles_weigh(p_partner bigint, p_issuer text, p_prefix text) RETURNS jsonb LANGUAGE plpgsql AS $$
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
        AND r.paid_at = n.paid_at AND r.shop = n.shop AND r.partner_id = p_partner;
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

-- Does what bankfiles_weigh told: new receipts, new states, entries of the work list and those that are settled by it.
CREATE FUNCTION bankfiles_merge(p_file uuid, p_partner bigint, p_now timestamptz) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO eng_bankfiles_storereceipt (partner_id, barcode, paid_on, paid_at, shop, seen, state, amount_yen, chain,
        remit_on, data_on, is_ours, last_file_id)
    SELECT p_partner, barcode, paid_on, paid_at, shop, seen, bankfiles_state(seen), amount, chain, remit_on, data_on,
        is_ours, p_file
    FROM bankfiles_net WHERE old_seen = 0;
    UPDATE eng_bankfiles_storereceipt r SET seen = n.seen, state = bankfiles_state(n.seen),
        amount_yen = CASE WHEN n.old_seen & 2 = 0 AND n.bits & 2 > 0 THEN n.amount ELSE r.amount_yen END,
        remit_on = coalesce(n.remit_on, r.remit_on),
        last_file_id = CASE WHEN bankfiles_state(n.seen) <> bankfiles_state(n.old_seen) THEN p_file
            ELSE r.last_file_id END
    FROM bankfiles_net n WHERE n.id = r.id AND n.seen <> n.old_seen;
    WITH told AS (
        SELECT CASE WHEN n.seen & 6 = 6 AND n.old_seen & 6 <> 6 THEN 'conflict' END AS a,
            CASE WHEN n.seen = 4 AND n.old_seen = 0 THEN 'orphan_cancel' END AS b,
            CASE WHEN n.is_corrected AND n.old_seen & 2 > 0 AND n.amount <> n.old_amount THEN 'amount_corrected'
                WHEN n.is_torn OR (NOT n.is_corrected AND n.old_seen & n.bits & 2 > 0 AND n.amount <> n.old_amount)
                    THEN 'amount_differs' END AS c,
            CASE WHEN n.is_past THEN 'after_pay_by' END AS d,
            CASE WHEN n.old_seen = 0 AND NOT n.is_ours THEN 'foreign' END AS e,
            r.id, n.amount, n.old_amount
        FROM bankfiles_net n JOIN eng_bankfiles_storereceipt r ON r.barcode = n.barcode AND r.paid_on = n.paid_on
            AND r.paid_at = n.paid_at AND r.shop = n.shop AND r.partner_id = p_partner
        WHERE n.seen & 4 > 0 OR n.is_corrected OR n.is_torn OR n.amount <> n.old_amount OR n.is_past OR NOT n.is_ours)
    INSERT INTO eng_bankfiles_difference (id, kind, subject, partner_id, receipt_id, file_id, detail, opened_at)
    SELECT gen_random_uuid(), k.kind, 'receipt:' || t.id, p_partner, t.id, p_file,
        CASE WHEN k.kind IN ('amount_differs', 'amount_corrected')
            THEN jsonb_build_object('before', t.old_amount, 'after', t.amount) ELSE '{}' END, p_now
    FROM told t CROSS JOIN LATERAL (VALUES (t.a), (t.b), (t.c), (t.d), (t.e)) AS k(kind)
    WHERE k.kind IS NOT NULL ON CONFLICT (kind, subject) DO NOTHING;
    UPDATE eng_bankfiles_difference d SET closed_at = p_now FROM bankfiles_net n
    WHERE d.receipt_id = n.id AND d.closed_at IS NULL
        AND ((d.kind = 'orphan_cancel' AND n.seen <> 4) OR (d.kind = 'late' AND n.seen <> 1));
END $$;

-- What a file changed in the books, one row for each receipt: provisional (paid, being confirmed), final (book it, on
-- the day paid) or cancelled (the provisional mark goes). `key` is the free area of the slip without the agent's
-- digits, zeros on its right; `channel` the partner's code. Receipts that wait for a person are not among them.
CREATE FUNCTION bankfiles_to_book(p_file uuid) RETURNS TABLE (receipt_id bigint, channel text, key text, reissue int,
    paid_on date, amount_yen bigint, kind text) LANGUAGE sql STABLE AS $$
    SELECT r.id, p.code::text, substr(r.barcode, 9 + length(coalesce(p.terms ->> 'prefix', '')),
            21 - length(coalesce(p.terms ->> 'prefix', ''))),
        substr(r.barcode, 30, 1)::int, r.paid_on, r.amount_yen::bigint, r.state
    FROM eng_bankfiles_storereceipt r JOIN eng_bankfiles_partner p ON p.id = r.partner_id
    WHERE r.last_file_id = p_file AND r.is_ours AND r.state <> 'held'
$$;

-- For the room above: receipts whose claim it did not find (unknown), or of a slip that was issued again (old_flag).
CREATE FUNCTION bankfiles_put_aside(p_receipts bigint[], p_kind text, p_now timestamptz) RETURNS int
    LANGUAGE sql AS $$
    WITH put AS (
        INSERT INTO eng_bankfiles_difference (id, kind, subject, partner_id, receipt_id, file_id, detail, opened_at)
        SELECT gen_random_uuid(), p_kind, 'receipt:' || r.id, r.partner_id, r.id, r.last_file_id, '{}', p_now
        FROM eng_bankfiles_storereceipt r WHERE r.id = ANY (p_receipts) AND p_kind IN ('unknown', 'old_flag')
        ON CONFLICT (kind, subject) DO NOTHING RETURNING 1)
    SELECT count(*)::int FROM put
$$;

-- Advance notices that wait longer than their agent's days.
CREATE FUNCTION bankfiles_alarm(p_today date, p_now timestamptz) RETURNS int LANGUAGE sql AS $$
    WITH put AS (
        INSERT INTO eng_bankfiles_difference (id, kind, subject, partner_id, receipt_id, file_id, detail, opened_at)
        SELECT gen_random_uuid(), 'late', 'receipt:' || r.id, r.partner_id, r.id, r.last_file_id, '{}', p_now
        FROM eng_bankfiles_storereceipt r JOIN eng_bankfiles_partner p ON p.id = r.partner_id
        WHERE r.state = 'provisional' AND r.data_on + coalesce((p.terms ->> 'alarm_days')::int, 10) < p_today
        ON CONFLICT (kind, subject) DO NOTHING RETURNING 1)
    SELECT count(*)::int FROM put
$$;

-- What was reported stays: a receipt is never deleted, its key never changes, and no report is taken back.
CREATE FUNCTION bankfiles_keep_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.seen & OLD.seen <> OLD.seen
        OR (NEW.id, NEW.partner_id, NEW.barcode, NEW.paid_on, NEW.paid_at, NEW.shop)
            IS DISTINCT FROM (OLD.id, OLD.partner_id, OLD.barcode, OLD.paid_on, OLD.paid_at, OLD.shop)
        OR (OLD.seen & 2 > 0 AND NEW.amount_yen <> OLD.amount_yen) THEN
        RAISE EXCEPTION 'what was reported of a receipt stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bankfiles_keep_receipt BEFORE UPDATE OR DELETE ON eng_bankfiles_storereceipt
    FOR EACH ROW EXECUTE FUNCTION bankfiles_keep_receipt();

-- A file that was taken in stays as it was taken.
CREATE FUNCTION bankfiles_keep_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'ready'
        OR (NEW.id, NEW.number, NEW.partner_id, NEW.purpose, NEW.sha256, NEW.stored_id)
            IS DISTINCT FROM (OLD.id, OLD.number, OLD.partner_id, OLD.purpose, OLD.sha256, OLD.stored_id) THEN
        RAISE EXCEPTION 'a file that came stays as it came' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bankfiles_keep_file BEFORE UPDATE OR DELETE ON eng_bankfiles_takenfile
    FOR EACH ROW EXECUTE FUNCTION bankfiles_keep_file();
