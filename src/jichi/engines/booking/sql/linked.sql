-- Linked offerings: a person has a place in one of them at most, whatever the code does; who takes it leaves the waiting
-- lists of the others.
ALTER TABLE eng_booking_linkedperson ENABLE ROW LEVEL SECURITY;
CREATE POLICY linkedperson_system ON eng_booking_linkedperson FOR ALL USING ((SELECT booking_is_system()));

-- Entries that wait in linked offerings with somebody of this one end: a group is all or nothing.
CREATE FUNCTION booking_leave_linked(p_entry uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_left uuid[];
BEGIN
    SELECT array_agg(DISTINCT e.id) INTO v_left FROM eng_booking_linkedperson mine
        JOIN eng_booking_linkedperson theirs ON theirs.link = mine.link AND theirs.person = mine.person
        JOIN eng_booking_entry e ON e.id = theirs.entry_id AND e.state = 'waiting'
        WHERE mine.entry_id = p_entry AND e.id <> p_entry;
    UPDATE eng_booking_entry SET state = 'withdrawn' WHERE id = ANY (v_left);
    UPDATE eng_booking_entryperson SET living = false WHERE entry_id = ANY (v_left);
END $$;

CREATE FUNCTION booking_follow_linked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE eng_booking_linkedperson SET placed = NEW.state <> 'released' WHERE entry_id = NEW.entry_id;
    IF FOUND AND NEW.state = 'taken' THEN
        PERFORM booking_leave_linked(NEW.entry_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_follow_linked AFTER INSERT OR UPDATE OF state ON eng_booking_place
    FOR EACH ROW EXECUTE FUNCTION booking_follow_linked();

-- Entering names the persons after it gave the place.
CREATE FUNCTION booking_guard_linked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.entry_id, NEW.link) IS DISTINCT FROM (OLD.entry_id, OLD.link) OR NOT EXISTS (
        SELECT FROM eng_booking_entry e JOIN eng_booking_offering o ON o.id = e.offering_id
        WHERE e.id = NEW.entry_id AND o.link = NEW.link) THEN
        RAISE EXCEPTION 'a person is linked by their own offering' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.placed := EXISTS (SELECT FROM eng_booking_place p WHERE p.entry_id = NEW.entry_id AND p.state <> 'released');
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_linked BEFORE INSERT OR UPDATE ON eng_booking_linkedperson
    FOR EACH ROW EXECUTE FUNCTION booking_guard_linked();

CREATE FUNCTION booking_linked_named() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.placed AND EXISTS (SELECT FROM eng_booking_place p WHERE p.entry_id = NEW.entry_id AND p.state = 'taken') THEN
        PERFORM booking_leave_linked(NEW.entry_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_linked_named AFTER INSERT ON eng_booking_linkedperson
    FOR EACH ROW EXECUTE FUNCTION booking_linked_named();

-- When the transaction ends, a place of a linked offering names everybody who has it: so the unique key sees them.
CREATE FUNCTION booking_check_linked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM eng_booking_entry e JOIN eng_booking_offering o ON o.id = e.offering_id
        WHERE e.id = NEW.entry_id AND o.link <> ''
            AND (SELECT count(*) FROM eng_booking_linkedperson l WHERE l.entry_id = e.id) <> e.size) THEN
        RAISE EXCEPTION 'a place of linked offerings names its persons' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER booking_check_linked AFTER INSERT ON eng_booking_place
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_check_linked();
