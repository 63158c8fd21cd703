-- What must never be of entries, places and seats, refused with as few statements as it takes: an entry into a rush is
-- many small statements, and each costs as much as the row it writes. May be run again.

-- Nobody enters what was cancelled (who enters while it is being cancelled waits here), nor a list that is frozen; who
-- came has a place.
CREATE OR REPLACE FUNCTION booking_guard_entered() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_state text;
BEGIN
    SELECT o.state INTO v_state FROM eng_booking_offering o WHERE o.id = NEW.offering_id FOR KEY SHARE;
    IF v_state = 'cancelled' THEN
        RAISE EXCEPTION 'what was cancelled takes nobody' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'applied' AND EXISTS (SELECT FROM eng_booking_draw d
        WHERE d.offering_id = NEW.offering_id AND d.state <> 'void') THEN
        RAISE EXCEPTION 'the list is frozen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.arrived_at IS NOT NULL AND NEW.state <> 'placed' THEN
        RAISE EXCEPTION 'who has no place has not arrived' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS booking_guard_cancelled ON eng_booking_entry;
DROP TRIGGER IF EXISTS booking_guard_entered ON eng_booking_entry;
CREATE TRIGGER booking_guard_entered BEFORE INSERT ON eng_booking_entry
    FOR EACH ROW EXECUTE FUNCTION booking_guard_entered();

CREATE OR REPLACE FUNCTION booking_guard_arrival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.arrived_at IS NOT NULL AND NEW.state <> 'placed' THEN
        RAISE EXCEPTION 'who has no place has not arrived' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS booking_guard_arrival ON eng_booking_entry;
CREATE TRIGGER booking_guard_arrival BEFORE UPDATE OF arrived_at ON eng_booking_entry
    FOR EACH ROW EXECUTE FUNCTION booking_guard_arrival();

-- While a draw counts, its list stands: what was frozen of an entry does not change.
CREATE OR REPLACE FUNCTION booking_guard_entry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.offering_id, NEW.number, NEW.size, NEW.tier, NEW.weight, NEW.want, NEW.choices)
        IS NOT DISTINCT FROM (OLD.offering_id, OLD.number, OLD.size, OLD.tier, OLD.weight, OLD.want, OLD.choices) THEN
        RETURN NEW;
    END IF;
    PERFORM FROM eng_booking_offering o WHERE o.id = NEW.offering_id FOR KEY SHARE;
    IF EXISTS (SELECT FROM eng_booking_draw d WHERE d.offering_id = NEW.offering_id AND d.state <> 'void') THEN
        RAISE EXCEPTION 'the list is frozen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS booking_guard_entry ON eng_booking_entry;
CREATE TRIGGER booking_guard_entry BEFORE UPDATE ON eng_booking_entry
    FOR EACH ROW EXECUTE FUNCTION booking_guard_entry();

-- Items count what places say: the check "item_not_oversold" on the counter refuses the place that would be too many. A
-- new place is for the whole group, of its own offering, which is not cancelled; who owes something and entered on the
-- web has it only once that is paid.
CREATE OR REPLACE FUNCTION booking_count_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_before int := CASE WHEN TG_OP <> 'INSERT' AND OLD.state <> 'released' THEN OLD.size ELSE 0 END;
    v_after int := CASE WHEN TG_OP <> 'DELETE' AND NEW.state <> 'released' THEN NEW.size ELSE 0 END;
    v record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT o.state, e.size, e.owes_yen > 0 AND e.channel = 'web' AND e.paid_at IS NULL AS unpaid, i.seated INTO v
        FROM eng_booking_entry e JOIN eng_booking_item i ON i.offering_id = e.offering_id
        JOIN eng_booking_offering o ON o.id = e.offering_id WHERE e.id = NEW.entry_id AND i.id = NEW.item_id;
        IF v.state = 'cancelled' THEN
            RAISE EXCEPTION 'what was cancelled takes nobody' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF v.size IS DISTINCT FROM NEW.size THEN
            RAISE EXCEPTION 'a place is for the whole group, of its own offering' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.state = 'taken' AND v.unpaid THEN
            RAISE EXCEPTION 'a place is not given before it is paid' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF v.seated THEN
            RETURN NULL;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF (NEW.entry_id, NEW.item_id, NEW.size) IS DISTINCT FROM (OLD.entry_id, OLD.item_id, OLD.size) THEN
            RAISE EXCEPTION 'a place stays where it is' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF OLD.state = 'released' AND NEW.state <> 'released' THEN
            RAISE EXCEPTION 'what was given back is given anew' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF v_before <> v_after THEN
        UPDATE eng_booking_item SET taken = taken + v_after - v_before
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.item_id ELSE NEW.item_id END AND NOT seated;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS booking_guard_cancelled ON eng_booking_place;
DROP TRIGGER IF EXISTS booking_guard_given ON eng_booking_place;
DROP TRIGGER IF EXISTS booking_count_place ON eng_booking_place;
CREATE TRIGGER booking_count_place AFTER INSERT OR UPDATE OR DELETE ON eng_booking_place
    FOR EACH ROW EXECUTE FUNCTION booking_count_place();
DROP FUNCTION IF EXISTS booking_guard_cancelled();
DROP FUNCTION IF EXISTS booking_guard_given();

-- A place of a seated item has exactly as many seats of that item as persons; other places have none. NULL for a place
-- that is not there. Always by index: nobody has counted the seats of an offering that was made minutes ago.
CREATE OR REPLACE FUNCTION booking_has_its_seats(p_place bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v record;
BEGIN
    SELECT CASE WHEN i.seated AND p.state <> 'released' THEN p.size ELSE 0 END AS wanted,
        count(s.id) AS found, count(s.id) FILTER (WHERE s.item_id <> p.item_id) AS strange INTO v
    FROM eng_booking_place p JOIN eng_booking_item i ON i.id = p.item_id LEFT JOIN eng_booking_seat s ON s.place_id = p.id
    WHERE p.id = p_place GROUP BY p.id, i.id;
    RETURN v.wanted = v.found AND v.strange = 0;
END $$;

-- A new or changed place is looked at when the transaction ends, and so is one that lost a seat: code gives back seats
-- and place one after the other. Who gives seats gives all of a place's seats at once, so they are looked at right then,
-- once for the statement.
CREATE OR REPLACE FUNCTION booking_check_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT booking_has_its_seats(NEW.id) THEN
        RAISE EXCEPTION 'place % has not its seats', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS booking_check_place ON eng_booking_place;
CREATE CONSTRAINT TRIGGER booking_check_place AFTER INSERT OR UPDATE ON eng_booking_place
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_check_place();

CREATE OR REPLACE FUNCTION booking_check_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT booking_has_its_seats(OLD.place_id) THEN
        RAISE EXCEPTION 'place % has not its seats', OLD.place_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS booking_check_seat ON eng_booking_seat;
CREATE CONSTRAINT TRIGGER booking_check_seat AFTER UPDATE ON eng_booking_seat DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.place_id IS NOT NULL) EXECUTE FUNCTION booking_check_seat();

CREATE OR REPLACE FUNCTION booking_check_given_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_place bigint;
BEGIN
    SELECT n.place_id INTO v_place FROM (SELECT DISTINCT place_id FROM new_seats WHERE place_id IS NOT NULL) n
        WHERE booking_has_its_seats(n.place_id) IS NOT TRUE LIMIT 1;
    IF v_place IS NOT NULL THEN
        RAISE EXCEPTION 'place % has not its seats', v_place USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS booking_check_given_seats ON eng_booking_seat;
CREATE TRIGGER booking_check_given_seats AFTER UPDATE ON eng_booking_seat REFERENCING NEW TABLE AS new_seats
    FOR EACH STATEMENT EXECUTE FUNCTION booking_check_given_seats();
DROP FUNCTION IF EXISTS booking_check_seats();
DROP FUNCTION IF EXISTS booking_check_place(bigint);

-- Seats of an item: never more than its capacity, and free when they are made.
CREATE OR REPLACE FUNCTION booking_guard_seat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (TG_OP = 'INSERT' AND NEW.place_id IS NOT NULL) OR NOT EXISTS (SELECT FROM eng_booking_item i
        WHERE i.id = NEW.item_id AND i.seated AND NEW.number BETWEEN 1 AND i.capacity) THEN
        RAISE EXCEPTION 'no such seat' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS booking_guard_seat ON eng_booking_seat;
CREATE TRIGGER booking_guard_seat BEFORE INSERT OR UPDATE OF item_id, number ON eng_booking_seat
    FOR EACH ROW EXECUTE FUNCTION booking_guard_seat();
