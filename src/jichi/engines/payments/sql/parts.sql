-- Refunds of a part, and 当日取消 of what was taken at the counter: the guards that change with them.

-- Money received is written once; only that it was a mistake is added, on the day it was accepted.
CREATE FUNCTION payments_keep_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL
        OR to_jsonb(NEW) - '{voided_at,voided_by_id,void_reason}'::text[]
            <> to_jsonb(OLD) - '{voided_at,voided_by_id,void_reason}'::text[]
        OR (NEW.voided_at AT TIME ZONE 'Asia/Tokyo')::date <> NEW.accepted_on
        OR EXISTS (SELECT FROM eng_payments_refund r WHERE r.payment_id = NEW.id) THEN
        RAISE EXCEPTION 'money received is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER payments_keep_payment ON eng_payments_payment;
CREATE TRIGGER payments_keep_payment BEFORE UPDATE OR DELETE ON eng_payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_keep_payment();

-- Of a payment never more goes back than came; of two refunds at once the second counts the first.
CREATE FUNCTION payments_limit_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_payment eng_payments_payment;
BEGIN
    SELECT * INTO STRICT v_payment FROM eng_payments_payment p WHERE p.id = NEW.payment_id FOR UPDATE;
    IF v_payment.voided_at IS NOT NULL OR v_payment.amount_yen < NEW.amount_yen + (
        SELECT coalesce(sum(r.amount_yen), 0) FROM eng_payments_refund r WHERE r.payment_id = NEW.payment_id
    ) THEN
        RAISE EXCEPTION 'more would go back than came' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_limit_refund BEFORE INSERT ON eng_payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_limit_refund();
