-- A stay that has a room has a living booking of a room of its own kind, for just its nights. Whether two of them
-- overlap is refused by the booking engine's exclusion constraint.
CREATE FUNCTION retreats_guard_stay() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.booking_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM eng_booking_roombooking b JOIN front_retreats_houseroom r ON r.room_id = b.room_id
            JOIN front_retreats_roomtype t ON t.id = r.room_type_id
        WHERE b.id = NEW.booking_id AND b.state = 'taken' AND r.room_type_id = NEW.room_type_id
            AND t.house_id = NEW.house_id AND b.account_id IS NOT DISTINCT FROM NEW.account_id
            AND (b.starts_at AT TIME ZONE 'Asia/Tokyo')::date = NEW.check_in
            AND (b.ends_at AT TIME ZONE 'Asia/Tokyo')::date = NEW.check_in + NEW.nights) THEN
        RAISE EXCEPTION 'a stay has a room of its kind for its nights' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER retreats_guard_stay BEFORE INSERT OR UPDATE OF booking_id, room_type_id, house_id, check_in, nights, state
    ON front_retreats_stay FOR EACH ROW EXECUTE FUNCTION retreats_guard_stay();

-- People relied on a published tariff.
CREATE FUNCTION retreats_guard_tariff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' AND (TG_OP = 'DELETE'
        OR (NEW.state, NEW.content, NEW.valid_from, NEW.house_id)
            IS DISTINCT FROM (OLD.state, OLD.content, OLD.valid_from, OLD.house_id)) THEN
        RAISE EXCEPTION 'a published tariff is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER retreats_guard_tariff BEFORE UPDATE OR DELETE ON front_retreats_housetariff
    FOR EACH ROW EXECUTE FUNCTION retreats_guard_tariff();

CREATE SEQUENCE front_retreats_line AS bigint;
