-- Who came has a place.
CREATE FUNCTION booking_guard_arrival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.arrived_at IS NOT NULL AND NEW.state <> 'placed' THEN
        RAISE EXCEPTION 'who has no place has not arrived' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_arrival BEFORE INSERT OR UPDATE OF arrived_at ON eng_booking_entry
    FOR EACH ROW EXECUTE FUNCTION booking_guard_arrival();

-- A cancelled offering takes nobody any more, whatever the code does. Who enters while it is being cancelled waits here.
CREATE FUNCTION booking_guard_cancelled() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_state text;
BEGIN
    IF TG_TABLE_NAME = 'eng_booking_entry' THEN
        SELECT o.state INTO v_state FROM eng_booking_offering o
            WHERE o.id = (to_jsonb(NEW) ->> 'offering_id')::uuid FOR KEY SHARE;
    ELSE
        SELECT o.state INTO v_state FROM eng_booking_item i JOIN eng_booking_offering o ON o.id = i.offering_id
            WHERE i.id = (to_jsonb(NEW) ->> 'item_id')::bigint;
    END IF;
    IF v_state = 'cancelled' THEN
        RAISE EXCEPTION 'what was cancelled takes nobody' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_cancelled BEFORE INSERT ON eng_booking_entry
    FOR EACH ROW EXECUTE FUNCTION booking_guard_cancelled();
CREATE TRIGGER booking_guard_cancelled BEFORE INSERT ON eng_booking_place
    FOR EACH ROW EXECUTE FUNCTION booking_guard_cancelled();

-- The place on the waiting list (1 is next): counts others, shows none of them.
CREATE FUNCTION booking_in_line(p_offering uuid, p_sequence bigint) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT count(*) FROM eng_booking_entry e
        WHERE e.offering_id = p_offering AND e.state = 'waiting' AND e.sequence <= p_sequence);
