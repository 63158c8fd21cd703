-- Writing in one round trip. SECURITY DEFINER: who causes a charge need not be allowed to see it.

-- One charge with its lines and its first entries in the books; the same p_dedupe again changes nothing and answers
-- the first one. p_lines: [{code, title, unit_yen, count}]. "zero" where the lines come to nothing.
CREATE FUNCTION payments_open(
    p_dedupe text, p_subject text, p_account uuid, p_payer text, p_division bigint, p_title jsonb, p_lines jsonb,
    p_due date, p_about text, p_now timestamptz, p_today date
) RETURNS TABLE (charge_id uuid, fresh boolean, state text, total_yen int)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_total int := (SELECT coalesce(sum((l ->> 'unit_yen')::int * (l ->> 'count')::int), 0)
        FROM jsonb_array_elements(p_lines) l);
    v_state text := CASE WHEN v_total = 0 THEN 'zero' ELSE 'due' END;
    v_id uuid;
BEGIN
    INSERT INTO eng_payments_charge (id, dedupe_key, subject, account_id, payer_no, division_id, title, total_yen, state,
        due_on, about, opened_at)
    VALUES (gen_random_uuid(), p_dedupe, p_subject, p_account, p_payer, p_division, p_title, v_total, v_state, p_due,
        p_about, p_now)
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        RETURN QUERY SELECT c.id, false, c.state, c.total_yen FROM eng_payments_charge c WHERE c.dedupe_key = p_dedupe;
        RETURN;
    END IF;
    INSERT INTO eng_payments_chargeline (charge_id, position, code, title, unit_yen, count)
    SELECT v_id, n, l ->> 'code', l -> 'title', (l ->> 'unit_yen')::int, (l ->> 'count')::int
    FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS given(l, n);
    IF v_total > 0 THEN
        INSERT INTO eng_payments_ledgerentry (posting, charge_id, account, amount_yen, booked_on, booked_at)
        VALUES ('charge:' || v_id || ':opened', v_id, 'claims', v_total, p_today, p_now),
            ('charge:' || v_id || ':opened', v_id, 'revenue', -v_total, p_today, p_now);
    END IF;
    RETURN QUERY SELECT v_id, true, v_state, v_total;
END $$;

-- The next 領収番号 of a fiscal year. The row stays locked until the transaction ends: a number taken by an act that
-- fails is given to the next one, so none is missing.
CREATE FUNCTION payments_next_receipt(p_fiscal_year int) RETURNS int
    LANGUAGE sql AS $$
    INSERT INTO eng_payments_receiptseries AS s (fiscal_year, last) VALUES (p_fiscal_year, 1)
    ON CONFLICT (fiscal_year) DO UPDATE SET last = s.last + 1
    RETURNING last
$$;

-- Takes up to p_limit due refunds for one pump until p_lease_until. A row found in "sending" belonged to a pump that
-- died or hung: whether the firm was asked is not known, so it counts as uncertain once more.
CREATE FUNCTION payments_claim(p_now timestamptz, p_lease_until timestamptz, p_limit integer)
    RETURNS TABLE (refund_id uuid, claim uuid, payment_ref text, amount_yen int, requested_at timestamptz,
        attempts integer, uncertain integer)
    LANGUAGE sql AS $$
    WITH due AS (
        SELECT r.id FROM eng_payments_refund r
        WHERE r.by_firm AND ((r.state IN ('requested', 'sent', 'uncertain') AND r.next_attempt_at <= p_now)
            OR (r.state = 'sending' AND r.lease_until < p_now))
        ORDER BY coalesce(r.next_attempt_at, r.lease_until), r.id LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE eng_payments_refund r SET
            uncertain = r.uncertain + CASE WHEN r.state = 'sending' THEN 1 ELSE 0 END,
            state = 'sending', attempts = r.attempts + 1, claim = gen_random_uuid(), lease_until = p_lease_until,
            next_attempt_at = NULL, changed_at = p_now
        FROM due WHERE r.id = due.id
        RETURNING r.id, r.claim, r.payment_id, r.amount_yen, r.requested_at, r.attempts, r.uncertain
    )
    SELECT t.id, t.claim, p.provider_ref, t.amount_yen, t.requested_at, t.attempts, t.uncertain
    FROM taken t JOIN eng_payments_payment p ON p.id = t.payment_id ORDER BY t.requested_at, t.id
$$;
