-- An opaque key of a person that says nothing outside of its offering, as `eligibility.person_key` makes it.
CREATE OR REPLACE FUNCTION booking_person_key(p_offering uuid, p_person text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(sha256(convert_to(p_offering::text || ':' || p_person, 'UTF8')), 'hex');

-- From which seat on a connection looks for free ones. Of many seats each connection looks through a stretch of its own
-- first: what others took a moment ago is passed again and again until the table is vacuumed, and lies elsewhere.
CREATE OR REPLACE FUNCTION booking_first_seat(p_capacity int) RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN p_capacity > 1000 THEN 1 + pg_backend_pid() % 16 * (p_capacity / 16) ELSE 1 END;

-- What somebody would hear who enters now, without a lock and without entering: "full" for certain, "open" (ask
-- booking_enter), or "ordinary" where more has to be asked first (conditions, draws, an entry that is there already).
-- SECURITY DEFINER: who asks need not be allowed to see the others; it answers about the one who asks alone.
CREATE OR REPLACE FUNCTION booking_glance(
    p_offering uuid, p_choices text[], p_size int, p_person text, p_key text, p_now timestamptz
) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_stands text;
BEGIN
    SELECT CASE
        WHEN o.state <> 'open' OR o.mode <> 'first_come' OR p_now < o.opens_at OR p_now >= o.closes_at
            OR p_size NOT BETWEEN 1 AND o.most_people
            OR o.conditions <> '[]' OR o.tiers <> '[]' OR o.weights <> '[]'
            OR EXISTS (SELECT FROM eng_booking_entry e WHERE e.dedupe_key = p_key)
            OR EXISTS (SELECT FROM eng_booking_entryperson x WHERE x.offering_id = p_offering AND x.living
                AND x.person = booking_person_key(p_offering, p_person)) THEN 'ordinary'
        WHEN o.waiting_list OR EXISTS (SELECT FROM eng_booking_item i
            WHERE i.offering_id = p_offering AND i.code = ANY (p_choices) AND CASE
                WHEN NOT i.seated THEN i.taken + p_size <= i.capacity
                ELSE (SELECT count(*) FROM (SELECT FROM eng_booking_seat s WHERE s.item_id = i.id AND s.place_id IS NULL
                        AND s.number + 0 >= booking_first_seat(i.capacity) LIMIT p_size) free) = p_size
                    OR (SELECT count(*) FROM (SELECT FROM eng_booking_seat s WHERE s.item_id = i.id
                        AND s.place_id IS NULL LIMIT p_size) free) = p_size END) THEN 'open'
        ELSE 'full' END INTO v_stands
    FROM eng_booking_offering o WHERE o.id = p_offering;
    RETURN coalesce(v_stands, 'ordinary');
END $$;
