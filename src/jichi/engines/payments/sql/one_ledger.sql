-- One set of books: what payments posted to a table of its own goes to the ledger. That table stays as history.

-- What the old books called an account.
CREATE FUNCTION payments_ledger_account(p_old text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE p_old WHEN 'firm' THEN 'agents' WHEN 'owed_back' THEN 'refunds_due' ELSE p_old END;

-- 会計年度 of a moment in Japan.
CREATE FUNCTION payments_fiscal_year(p_at timestamptz) RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
    RETURN extract(year FROM (p_at AT TIME ZONE 'Asia/Tokyo') - interval '3 months')::int;

-- The old postings under their own keys, with their charge as item, on their days; days that are closed since go to
-- the first open one and say so. Told again it changes nothing. How many postings are new.
CREATE FUNCTION payments_move_books(p_now timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_charges uuid[];
    v_after uuid := '00000000-0000-0000-0000-000000000000';
    v_fresh bigint := 0;
BEGIN
    LOOP
        SELECT array_agg(id) INTO v_charges
        FROM (SELECT id FROM eng_payments_charge WHERE id > v_after ORDER BY id LIMIT 20000) c;
        EXIT WHEN v_charges IS NULL;
        v_after := v_charges[array_upper(v_charges, 1)];
        v_fresh := v_fresh + coalesce((SELECT p.fresh FROM ledger_post((
            SELECT array_agg(ROW(e.posting,
                CASE WHEN e.posting LIKE '%:opened' THEN 'opened' WHEN e.posting LIKE '%:cancelled' THEN 'cancelled'
                    WHEN e.posting LIKE '%:voided' THEN 'voided' WHEN e.posting LIKE 'refund:%:paid' THEN 'refund_paid'
                    WHEN e.posting LIKE 'refund:%' THEN 'refund' ELSE 'paid' END,
                c.division_id, payments_fiscal_year(c.opened_at), e.booked_on, payments_ledger_account(e.account),
                'pay:' || c.id, e.amount_yen)::ledger_line)
            FROM eng_payments_ledgerentry e JOIN eng_payments_charge c ON c.id = e.charge_id
            WHERE e.charge_id = ANY (v_charges)), p_now) p), 0);
    END LOOP;
    RETURN v_fresh;
END $$;
SELECT payments_move_books(now());
REVOKE INSERT, UPDATE, DELETE ON eng_payments_ledgerentry FROM jichi_app;

-- One charge with its lines and its first entries in the books; the same p_dedupe again changes nothing and answers
-- the first one. p_lines: [{code, title, unit_yen, count}]. "zero" where the lines come to nothing. Of charges that only
-- carry money for a room above nothing stands in these books.
DROP FUNCTION IF EXISTS payments_open(text, text, uuid, text, bigint, jsonb, jsonb, date, text, timestamptz, date);
CREATE OR REPLACE FUNCTION payments_open(
    p_dedupe text, p_subject text, p_account uuid, p_payer text, p_division bigint, p_title jsonb, p_lines jsonb,
    p_due date, p_about text, p_now timestamptz, p_today date, p_carried boolean
) RETURNS TABLE (charge_id uuid, fresh boolean, state text, total_yen int)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_total int := (SELECT coalesce(sum((l ->> 'unit_yen')::int * (l ->> 'count')::int), 0)
        FROM jsonb_array_elements(p_lines) l);
    v_state text := CASE WHEN v_total = 0 THEN 'zero' ELSE 'due' END;
    v_id uuid;
BEGIN
    INSERT INTO eng_payments_charge (id, dedupe_key, subject, account_id, payer_no, division_id, title, total_yen, state,
        due_on, about, opened_at, is_carried)
    VALUES (gen_random_uuid(), p_dedupe, p_subject, p_account, p_payer, p_division, p_title, v_total, v_state, p_due,
        p_about, p_now, p_carried)
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        RETURN QUERY SELECT c.id, false, c.state, c.total_yen FROM eng_payments_charge c WHERE c.dedupe_key = p_dedupe;
        RETURN;
    END IF;
    INSERT INTO eng_payments_chargeline (charge_id, position, code, title, unit_yen, count)
    SELECT v_id, n, l ->> 'code', l -> 'title', (l ->> 'unit_yen')::int, (l ->> 'count')::int
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS given(l, n);
    IF v_total > 0 AND NOT p_carried THEN
        PERFORM ledger_post(ARRAY[
            ROW('charge:' || v_id || ':opened', 'opened', p_division, payments_fiscal_year(p_now), p_today, 'claims',
                'pay:' || v_id, v_total)::ledger_line,
            ROW('charge:' || v_id || ':opened', 'opened', p_division, payments_fiscal_year(p_now), p_today, 'revenue',
                'pay:' || v_id, -v_total)::ledger_line
        ], p_now);
    END IF;
    RETURN QUERY SELECT v_id, true, v_state, v_total;
END $$;
