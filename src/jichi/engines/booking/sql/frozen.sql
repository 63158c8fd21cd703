-- By which rules a draw is held stays what its fingerprint says, whatever the code does: of the offering until the draw is
-- void, of its items until it is drawn. Freezing locks the offering, so who changes a rule at that moment waits here.
-- Rows are compared column by column: a comparison of whole rows is printed otherwise after a restore.
CREATE FUNCTION booking_guard_rules() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_offering uuid;
BEGIN
    IF TG_TABLE_NAME = 'eng_booking_item' THEN
        v_offering := (to_jsonb(NEW) ->> 'offering_id')::uuid;
        PERFORM FROM eng_booking_offering o WHERE o.id = v_offering FOR KEY SHARE;
    ELSE
        v_offering := (to_jsonb(NEW) ->> 'id')::uuid;
    END IF;
    IF EXISTS (SELECT FROM eng_booking_draw d WHERE d.offering_id = v_offering
        AND (d.state = 'frozen' OR d.state = 'drawn' AND TG_TABLE_NAME = 'eng_booking_offering')) THEN
        RAISE EXCEPTION 'the rules are frozen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_rules BEFORE UPDATE OF mode, strict, most_people, conditions, tiers, weights
    ON eng_booking_offering FOR EACH ROW
    WHEN (OLD.mode IS DISTINCT FROM NEW.mode OR OLD.strict IS DISTINCT FROM NEW.strict
        OR OLD.most_people IS DISTINCT FROM NEW.most_people OR OLD.conditions IS DISTINCT FROM NEW.conditions
        OR OLD.tiers IS DISTINCT FROM NEW.tiers OR OLD.weights IS DISTINCT FROM NEW.weights)
    EXECUTE FUNCTION booking_guard_rules();
CREATE TRIGGER booking_guard_rules BEFORE UPDATE OF code, capacity ON eng_booking_item FOR EACH ROW
    WHEN ((OLD.code, OLD.capacity) IS DISTINCT FROM (NEW.code, NEW.capacity)) EXECUTE FUNCTION booking_guard_rules();
CREATE TRIGGER booking_guard_new_item BEFORE INSERT ON eng_booking_item
    FOR EACH ROW EXECUTE FUNCTION booking_guard_rules();
