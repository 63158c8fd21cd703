-- What never happens, whatever the code does.

-- A charge keeps what it is about and what it comes to; its state moves one way (rules.TRANSITIONS). What is carried counts
-- though its try was over (rules.judge_money); from paid back to due only where no payment counts any more.
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
CREATE TRIGGER payments_guard_charge BEFORE UPDATE OR DELETE ON eng_payments_charge
    FOR EACH ROW EXECUTE FUNCTION payments_guard_charge();

-- The total is the sum of the lines, looked at when the transaction ends.
CREATE FUNCTION payments_check_total() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_charge uuid := CASE TG_TABLE_NAME WHEN 'eng_payments_charge' THEN to_jsonb(NEW) ->> 'id'
        ELSE to_jsonb(NEW) ->> 'charge_id' END::uuid;
BEGIN
    IF (SELECT c.total_yen FROM eng_payments_charge c WHERE c.id = v_charge)
        IS DISTINCT FROM (SELECT sum(l.unit_yen * l.count) FROM eng_payments_chargeline l WHERE l.charge_id = v_charge) THEN
        RAISE EXCEPTION 'the total of charge % is not the sum of its lines', v_charge
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_check_total AFTER INSERT ON eng_payments_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_total();
CREATE CONSTRAINT TRIGGER payments_check_line AFTER INSERT ON eng_payments_chargeline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_total();

-- Lines, money received and entries in the books are written once.
CREATE FUNCTION payments_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are not changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER payments_keep_line BEFORE UPDATE OR DELETE ON eng_payments_chargeline
    FOR EACH ROW EXECUTE FUNCTION payments_keep();
CREATE TRIGGER payments_keep_payment BEFORE UPDATE OR DELETE ON eng_payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_keep();
CREATE TRIGGER payments_keep_entry BEFORE UPDATE OR DELETE ON eng_payments_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION payments_keep();

-- A receipt keeps its number; only its printings are counted, upwards.
CREATE FUNCTION payments_guard_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'prints' <> to_jsonb(OLD) - 'prints' OR NEW.prints < OLD.prints THEN
        RAISE EXCEPTION 'a receipt is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_guard_receipt BEFORE UPDATE OR DELETE ON eng_payments_receipt
    FOR EACH ROW EXECUTE FUNCTION payments_guard_receipt();

-- What the firm said stays as it came; only that an official dealt with it is added.
CREATE FUNCTION payments_guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.handled_at IS NOT NULL
        OR to_jsonb(NEW) - '{handled_at,handled_by_id,handled_note}'::text[]
            <> to_jsonb(OLD) - '{handled_at,handled_by_id,handled_note}'::text[] THEN
        RAISE EXCEPTION 'what the payment firm said is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_guard_event BEFORE UPDATE OR DELETE ON eng_payments_paymentevent
    FOR EACH ROW EXECUTE FUNCTION payments_guard_event();

-- A refund keeps what it gives back, and one that is done stays done.
CREATE OR REPLACE FUNCTION payments_guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.state = 'done' AND NEW.state <> 'done')
        OR (NEW.id, NEW.payment_id, NEW.is_part, NEW.cause, NEW.amount_yen, NEW.reason, NEW.requested_at)
            IS DISTINCT FROM (OLD.id, OLD.payment_id, OLD.is_part, OLD.cause, OLD.amount_yen, OLD.reason, OLD.requested_at) THEN
        RAISE EXCEPTION 'what a refund gives back is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_guard_refund BEFORE UPDATE OR DELETE ON eng_payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_guard_refund();

-- 複式: the entries of a posting are written in one statement and sum to 0.
CREATE FUNCTION payments_check_posting() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_posting text;
BEGIN
    SELECT e.posting INTO v_posting FROM eng_payments_ledgerentry e
    WHERE e.posting IN (SELECT a.posting FROM added a) GROUP BY e.posting HAVING sum(e.amount_yen) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % does not balance', v_posting USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_check_posting AFTER INSERT ON eng_payments_ledgerentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payments_check_posting();
