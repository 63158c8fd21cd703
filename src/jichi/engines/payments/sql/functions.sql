-- Writing in one round trip. SECURITY DEFINER: who causes a charge need not be allowed to see it.

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
