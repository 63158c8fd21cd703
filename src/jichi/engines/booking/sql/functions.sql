-- Arrival numbers and rooms in one round trip (entering: enter.sql). SECURITY DEFINER: who asks need not be allowed to see
-- the others.

CREATE SEQUENCE eng_booking_arrival AS bigint;

-- A room for a time: "taken", or "occupied". One at a time asks about a room, so nobody waits for somebody who waits.
CREATE FUNCTION booking_take_room(p_room bigint, p_from timestamptz, p_to timestamptz, p_account uuid, p_key text)
    RETURNS TABLE (outcome text, booking_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('eng_booking_room'), p_room::int);
    RETURN QUERY SELECT b.state, b.id FROM eng_booking_roombooking b WHERE b.dedupe_key = p_key;
    IF FOUND THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM eng_booking_roombooking b WHERE b.state <> 'released'
        AND int8range(b.room_id, b.room_id, '[]') && int8range(p_room, p_room, '[]')
        AND tstzrange(b.starts_at, b.ends_at) && tstzrange(p_from, p_to)) THEN
        RETURN QUERY SELECT 'occupied', NULL::uuid;
        RETURN;
    END IF;
    INSERT INTO eng_booking_roombooking (id, room_id, account_id, starts_at, ends_at, state, dedupe_key)
    VALUES (gen_random_uuid(), p_room, p_account, p_from, p_to, 'taken', p_key) RETURNING id INTO v_id;
    RETURN QUERY SELECT 'taken', v_id;
END $$;
