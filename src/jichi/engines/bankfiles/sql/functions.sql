-- The state machine of receipts, for whole files at once. rules/receipts.py says the same for one receipt.

CREATE FUNCTION bankfiles_state(p_seen int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_seen WHEN 1 THEN 'provisional' WHEN 4 THEN 'held' WHEN 5 THEN 'cancelled' ELSE 'final' END;

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
