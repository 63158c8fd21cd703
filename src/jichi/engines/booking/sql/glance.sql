-- An opaque key of a person that says nothing outside of its offering, as `eligibility.person_key` makes it.
CREATE FUNCTION booking_person_key(p_offering uuid, p_person text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(sha256(convert_to(p_offering::text || ':' || p_person, 'UTF8')), 'hex');

-- What somebody would hear who enters now, without a lock and without entering: "full" for certain, "open" (ask
-- booking_enter), or "ordinary" where more has to be asked first (conditions, draws, an entry that is there already).
-- SECURITY DEFINER: who asks need not be allowed to see the others; it answers about the one who asks alone.
CREATE FUNCTION booking_glance(
    p_offering uuid, p_choices text[], p_size int, p_person text, p_key text, p_now timestamptz
) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_offering eng_booking_offering;
BEGIN
    SELECT * INTO v_offering FROM eng_booking_offering o WHERE o.id = p_offering;
    IF v_offering.state IS DISTINCT FROM 'open' OR v_offering.mode <> 'first_come' OR p_now < v_offering.opens_at
        OR p_now >= v_offering.closes_at OR p_size NOT BETWEEN 1 AND v_offering.most_people
        OR v_offering.conditions <> '[]' OR v_offering.tiers <> '[]' OR v_offering.weights <> '[]'
        OR EXISTS (SELECT FROM eng_booking_entry e WHERE e.dedupe_key = p_key)
        OR EXISTS (SELECT FROM eng_booking_entryperson x WHERE x.offering_id = p_offering AND x.living
            AND x.person = booking_person_key(p_offering, p_person)) THEN
        RETURN 'ordinary';
    END IF;
    IF v_offering.waiting_list OR EXISTS (SELECT FROM eng_booking_item i
        WHERE i.offering_id = p_offering AND i.code = ANY (p_choices) AND CASE WHEN i.seated
            THEN (SELECT count(*) FROM (SELECT FROM eng_booking_seat s WHERE s.item_id = i.id AND s.place_id IS NULL
                LIMIT p_size) free) = p_size
            ELSE i.taken + p_size <= i.capacity END) THEN
        RETURN 'open';
    END IF;
    RETURN 'full';
END $$;
