-- The guards of after.sql, guards.sql and paying.sql with fewer statements for each row: an entry into a rush is many
-- small statements, and each costs as much as the row it writes. They refuse what they refused before.

-- A cancelled offering takes nobody any more. Who enters while it is being cancelled waits here.
CREATE OR REPLACE FUNCTION booking_guard_entered() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_state text;
BEGIN
    SELECT o.state INTO v_state FROM eng_booking_offering o WHERE o.id = NEW.offering_id FOR KEY SHARE;
    IF v_state = 'cancelled' THEN
        RAISE EXCEPTION 'what was cancelled takes nobody' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER booking_guard_cancelled ON eng_booking_entry;
CREATE TRIGGER booking_guard_cancelled BEFORE INSERT ON eng_booking_entry
    FOR EACH ROW EXECUTE FUNCTION booking_guard_entered();

-- A place is for the whole group, of its own offering, which is not cancelled; who owes something and entered on the web
-- has it only once that is paid.
CREATE OR REPLACE FUNCTION booking_guard_given() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v record;
BEGIN
    SELECT o.state, e.size, e.owes_yen > 0 AND e.channel = 'web' AND e.paid_at IS NULL AS unpaid INTO v
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
    RETURN NEW;
END $$;
DROP TRIGGER booking_guard_cancelled ON eng_booking_place;
DROP FUNCTION booking_guard_cancelled();
CREATE TRIGGER booking_guard_given BEFORE INSERT ON eng_booking_place
    FOR EACH ROW EXECUTE FUNCTION booking_guard_given();
DROP TRIGGER booking_guard_paid ON eng_booking_place;
CREATE TRIGGER booking_guard_paid BEFORE UPDATE OF state ON eng_booking_place
    FOR EACH ROW EXECUTE FUNCTION booking_guard_paid();

CREATE OR REPLACE FUNCTION booking_count_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_before int := CASE WHEN TG_OP <> 'INSERT' AND OLD.state <> 'released' THEN OLD.size ELSE 0 END;
    v_after int := CASE WHEN TG_OP <> 'DELETE' AND NEW.state <> 'released' THEN NEW.size ELSE 0 END;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.entry_id, NEW.item_id, NEW.size) IS DISTINCT FROM (OLD.entry_id, OLD.item_id, OLD.size) THEN
        RAISE EXCEPTION 'a place stays where it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'released' AND NEW.state <> 'released' THEN
        RAISE EXCEPTION 'what was given back is given anew' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF v_before <> v_after THEN
        UPDATE eng_booking_item SET taken = taken + v_after - v_before
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.item_id ELSE NEW.item_id END AND NOT seated;
    END IF;
    RETURN NULL;
END $$;

-- A place of a seated item has exactly as many seats of that item as persons; other places have none. Looked at when the
-- transaction ends, always by index: nobody has counted the seats of an offering that was made minutes ago.
CREATE FUNCTION booking_check_place(p_place bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v record;
BEGIN
    SELECT CASE WHEN i.seated AND p.state <> 'released' THEN p.size ELSE 0 END AS wanted,
        count(s.id) AS found, count(s.id) FILTER (WHERE s.item_id <> p.item_id) AS strange INTO v
    FROM eng_booking_place p JOIN eng_booking_item i ON i.id = p.item_id LEFT JOIN eng_booking_seat s ON s.place_id = p.id
    WHERE p.id = p_place GROUP BY p.id, i.id;
    IF v.wanted <> v.found OR v.strange > 0 THEN
        RAISE EXCEPTION 'place % has not its seats', p_place USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;
CREATE OR REPLACE FUNCTION booking_check_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM booking_check_place(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION booking_check_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.place_id IS NOT NULL THEN
        PERFORM booking_check_place(NEW.place_id);
    END IF;
    IF OLD.place_id IS NOT NULL AND OLD.place_id IS DISTINCT FROM NEW.place_id THEN
        PERFORM booking_check_place(OLD.place_id);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER booking_check_seat ON eng_booking_seat;
CREATE CONSTRAINT TRIGGER booking_check_seat AFTER UPDATE ON eng_booking_seat
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_check_seat();
