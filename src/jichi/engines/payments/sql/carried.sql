-- Charges that only carry money for a room above: nothing of them stands in these books.

DROP FUNCTION payments_open(text, text, uuid, text, bigint, jsonb, jsonb, date, text, timestamptz, date);
CREATE FUNCTION payments_open(
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
        INSERT INTO eng_payments_ledgerentry (posting, charge_id, account, amount_yen, booked_on, booked_at)
        VALUES ('charge:' || v_id || ':opened', v_id, 'claims', v_total, p_today, p_now),
            ('charge:' || v_id || ':opened', v_id, 'revenue', -v_total, p_today, p_now);
    END IF;
    RETURN QUERY SELECT v_id, true, v_state, v_total;
END $$;

-- As before; and what is carried counts though its try was over (rules.judge_money).
CREATE OR REPLACE FUNCTION payments_guard_charge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a charge is cancelled, not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.id, NEW.dedupe_key, NEW.subject, NEW.division_id, NEW.total_yen, NEW.opened_at, NEW.is_carried)
        IS DISTINCT FROM (OLD.id, OLD.dedupe_key, OLD.subject, OLD.division_id, OLD.total_yen, OLD.opened_at,
            OLD.is_carried) THEN
        RAISE EXCEPTION 'what a charge is about is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT ((OLD.state, NEW.state) IN (('due', 'paid'), ('due', 'cancelled'),
        ('zero', 'cancelled'), ('paid', 'refunding'), ('paid', 'due'), ('cancelled', 'refunding'),
        ('refunding', 'refunded')) OR NEW.is_carried AND (OLD.state, NEW.state) = ('cancelled', 'paid')) THEN
        RAISE EXCEPTION 'a charge does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = 'paid' AND NEW.state = 'due' AND EXISTS (
        SELECT FROM eng_payments_payment p WHERE p.charge_id = NEW.id AND p.kind <> 'surplus' AND p.voided_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a charge whose payment counts is not due' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
