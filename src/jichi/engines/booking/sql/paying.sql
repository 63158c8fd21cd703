-- Who entered on the web and owes something has no place before it is paid, whatever the code does: what was held is not
-- taken (a new place: places.sql).
CREATE FUNCTION booking_guard_paid() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state = 'taken' AND EXISTS (SELECT FROM eng_booking_entry e WHERE e.id = NEW.entry_id
        AND e.owes_yen > 0 AND e.channel = 'web' AND e.paid_at IS NULL) THEN
        RAISE EXCEPTION 'a place is not given before it is paid' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_paid BEFORE UPDATE OF state ON eng_booking_place
    FOR EACH ROW EXECUTE FUNCTION booking_guard_paid();
