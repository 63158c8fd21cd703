-- What never happens at a counter, whatever the code does.

-- A receipt's number is given here, in the transaction that books the sale: the day's row is locked, so numbers have no
-- gaps and nothing is booked while or after a day is closed.
CREATE FUNCTION cashless_number() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_on date;
    v_desk uuid;
    v_of uuid;
BEGIN
    UPDATE front_cashless_deskday SET last_serial = last_serial + 1 WHERE id = NEW.day_id AND state = 'open'
    RETURNING last_serial, "on", desk_id INTO NEW.serial, v_on, v_desk;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the day is not open'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_day_open';
    END IF;
    IF NEW.belongs_on > v_on THEN
        RAISE EXCEPTION 'a sale is not booked on a day before it'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_day_early';
    END IF;
    IF NEW.of_id IS NOT NULL THEN
        SELECT d.desk_id INTO v_of FROM front_cashless_sale s JOIN front_cashless_deskday d ON d.id = s.day_id
        WHERE s.id = NEW.of_id AND s.of_id IS NULL AND s.method = NEW.method AND s.brand = NEW.brand FOR UPDATE OF s;
        IF v_of IS DISTINCT FROM v_desk THEN
            RAISE EXCEPTION 'money goes back where it came from, in the way it came'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_back_of';
        END IF;
    END IF;
    SELECT k.code || '-' || to_char(v_on, 'YYYYMMDD') || '-' || lpad(NEW.serial::text, 4, '0') INTO NEW.number
    FROM front_cashless_desk k WHERE k.id = v_desk;
    RETURN NEW;
END $$;
CREATE TRIGGER cashless_number BEFORE INSERT ON front_cashless_sale
    FOR EACH ROW EXECUTE FUNCTION cashless_number();

-- What goes back is of the sale's own lines, at its prices, and never more than was sold. The sale is locked since
-- `cashless_number`, so two refunds at once are looked at one after the other.
CREATE FUNCTION cashless_check_back() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_of uuid := (SELECT of_id FROM front_cashless_sale WHERE id = NEW.sale_id);
BEGIN
    IF v_of IS NOT NULL AND NOT EXISTS (
        SELECT FROM front_cashless_saleline l WHERE l.sale_id = v_of AND l.position = NEW.position
            AND (l.code, l.unit_yen, l.tax, l.rate) = (NEW.code, NEW.unit_yen, NEW.tax, NEW.rate)
            AND l.count >= NEW.count + coalesce((SELECT sum(b.count) FROM front_cashless_saleline b
                JOIN front_cashless_sale s ON s.id = b.sale_id WHERE s.of_id = v_of AND b.position = NEW.position), 0)
    ) THEN
        RAISE EXCEPTION 'more would go back than was sold'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_back_most';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cashless_check_back BEFORE INSERT ON front_cashless_saleline
    FOR EACH ROW EXECUTE FUNCTION cashless_check_back();

-- The total is the sum of the lines, looked at when the transaction ends.
CREATE FUNCTION cashless_check_total() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_sale uuid := CASE TG_TABLE_NAME WHEN 'front_cashless_sale' THEN to_jsonb(NEW) ->> 'id'
        ELSE to_jsonb(NEW) ->> 'sale_id' END::uuid;
BEGIN
    IF (SELECT total_yen FROM front_cashless_sale WHERE id = v_sale)
        IS DISTINCT FROM (SELECT sum(unit_yen * count) FROM front_cashless_saleline WHERE sale_id = v_sale) THEN
        RAISE EXCEPTION 'the total of sale % is not the sum of its lines', v_sale
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_total_is_sum';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cashless_check_total AFTER INSERT ON front_cashless_sale
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cashless_check_total();
CREATE CONSTRAINT TRIGGER cashless_check_line AFTER INSERT ON front_cashless_saleline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cashless_check_total();

-- What was booked stays as it was booked; only printings of a receipt are counted, upwards.
CREATE FUNCTION cashless_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'front_cashless_sale'
        AND to_jsonb(NEW) - 'prints' = to_jsonb(OLD) - 'prints'
        AND (to_jsonb(NEW) ->> 'prints')::int >= (to_jsonb(OLD) ->> 'prints')::int THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% rows are not changed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_booked';
END $$;
CREATE TRIGGER cashless_keep_sale BEFORE UPDATE OR DELETE ON front_cashless_sale
    FOR EACH ROW EXECUTE FUNCTION cashless_keep();
CREATE TRIGGER cashless_keep_line BEFORE UPDATE OR DELETE ON front_cashless_saleline
    FOR EACH ROW EXECUTE FUNCTION cashless_keep();
CREATE TRIGGER cashless_keep_list BEFORE UPDATE OR DELETE ON front_cashless_feelist
    FOR EACH ROW EXECUTE FUNCTION cashless_keep();
CREATE TRIGGER cashless_keep_fee BEFORE UPDATE OR DELETE ON front_cashless_fee
    FOR EACH ROW EXECUTE FUNCTION cashless_keep();
CREATE TRIGGER cashless_keep_settled BEFORE UPDATE OR DELETE ON front_cashless_settlementline
    FOR EACH ROW EXECUTE FUNCTION cashless_keep();

-- A day goes open → waiting → closed, or back from waiting to open; closed, only that its cash was handed over is added: with
-- its slip, and a day that was handed over stays on its slip.
CREATE OR REPLACE FUNCTION cashless_guard_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.desk_id, NEW."on", NEW.float_yen, NEW.float_pieces, NEW.opened_at)
            IS DISTINCT FROM (OLD.id, OLD.desk_id, OLD."on", OLD.float_yen, OLD.float_pieces, OLD.opened_at)
        OR NEW.last_serial < OLD.last_serial
        OR (NEW.handed_at IS NULL) <> (NEW.handover_id IS NULL)
        OR (OLD.state = 'closed' AND (OLD.handed_at IS NOT NULL
            OR to_jsonb(NEW) - '{handed_at,handed_by,handover_id}'::text[]
                <> to_jsonb(OLD) - '{handed_at,handed_by,handover_id}'::text[])) THEN
        RAISE EXCEPTION 'a day at a counter is not changed like that'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_day_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cashless_guard_day BEFORE UPDATE OR DELETE ON front_cashless_deskday
    FOR EACH ROW EXECUTE FUNCTION cashless_guard_day();

-- A file stays as it came.
CREATE FUNCTION cashless_guard_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'ready'
        OR (NEW.id, NEW.number, NEW.firm_id, NEW.sha256, NEW.content, NEW.taken_at)
            IS DISTINCT FROM (OLD.id, OLD.number, OLD.firm_id, OLD.sha256, OLD.content, OLD.taken_at) THEN
        RAISE EXCEPTION 'a settlement that came is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_settlement_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cashless_guard_settlement BEFORE UPDATE OR DELETE ON front_cashless_settlement
    FOR EACH ROW EXECUTE FUNCTION cashless_guard_settlement();
