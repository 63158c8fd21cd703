-- An opaque key of a person that says nothing outside of its offering, as `eligibility.person_key` makes it.
CREATE OR REPLACE FUNCTION booking_person_key(p_offering uuid, p_person text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(sha256(convert_to(p_offering::text || ':' || p_person, 'UTF8')), 'hex');

-- From which seat on a connection looks for free ones. Of many seats each connection looks through a stretch of its own
-- first: what others took a moment ago is passed again and again until the table is vacuumed, and lies elsewhere.
CREATE OR REPLACE FUNCTION booking_first_seat(p_capacity int) RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN p_capacity > 1000 THEN 1 + pg_backend_pid() % 16 * (p_capacity / 16) ELSE 1 END;

-- What people would hear who press now, without a lock and without entering: "full" for certain, "open" (ask
-- booking_enter_many), or "ordinary" where more has to be asked first (conditions, draws, an entry that is there already).
-- p_presses: objects of n, choices, size, person, key. Answers each n. What many ask alike is looked up once.
-- SECURITY DEFINER: who asks need not be allowed to see the others; it answers about those who ask alone.
DROP FUNCTION IF EXISTS booking_glance(uuid, text[], int, text, text, timestamptz);
CREATE OR REPLACE FUNCTION booking_glance(p_offering uuid, p_presses jsonb, p_now timestamptz)
    RETURNS TABLE (n int, stands text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_offering record;
    v_again text[];
    v_there text[];
BEGIN
    SELECT o.waiting_list, o.most_people, o.state = 'open' AND o.mode = 'first_come' AND p_now >= o.opens_at
        AND p_now < o.closes_at AND o.conditions = '[]' AND o.tiers = '[]' AND o.weights = '[]' AS simple
    INTO v_offering FROM eng_booking_offering o WHERE o.id = p_offering;
    IF v_offering.simple IS NOT TRUE THEN
        RETURN QUERY SELECT a.n, 'ordinary' FROM jsonb_to_recordset(p_presses) AS a(n int);
        RETURN;
    END IF;
    SELECT ARRAY(SELECT e.dedupe_key FROM eng_booking_entry e WHERE e.dedupe_key = ANY (p.keys)),
        ARRAY(SELECT x.person FROM eng_booking_entryperson x WHERE x.offering_id = p_offering AND x.living
            AND x.person = ANY (p.people))
    INTO v_again, v_there
    FROM (SELECT array_agg(a.key) AS keys, array_agg(booking_person_key(p_offering, a.person)) AS people
        FROM jsonb_to_recordset(p_presses) AS a(person text, key text)) p;
    RETURN QUERY WITH asked AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(p_presses) AS a(n int, choices text[], size int, person text, key text)
    ), alike AS MATERIALIZED (
        SELECT d.choices, d.size, v_offering.waiting_list OR EXISTS (SELECT FROM eng_booking_item i
            WHERE i.offering_id = p_offering AND i.code = ANY (d.choices) AND CASE
                WHEN NOT i.seated THEN i.taken + d.size <= i.capacity
                ELSE (SELECT count(*) FROM (SELECT FROM eng_booking_seat s WHERE s.item_id = i.id AND s.place_id IS NULL
                        AND s.number + 0 >= booking_first_seat(i.capacity) LIMIT d.size) free) = d.size
                    OR (SELECT count(*) FROM (SELECT FROM eng_booking_seat s WHERE s.item_id = i.id
                        AND s.place_id IS NULL LIMIT d.size) free) = d.size END) AS has_room
        FROM (SELECT DISTINCT choices, size FROM asked) d
    )
    SELECT a.n, CASE
        WHEN a.size NOT BETWEEN 1 AND v_offering.most_people OR a.key = ANY (v_again)
            OR booking_person_key(p_offering, a.person) = ANY (v_there) THEN 'ordinary'
        WHEN l.has_room THEN 'open' ELSE 'full' END
    FROM asked a JOIN alike l ON l.choices = a.choices AND l.size = a.size;
END $$;

-- So many free seats of an item, locked: any that nobody else has in hand; fewer where there are fewer. `number + 0` is
-- the order of the index "seat_free" and of no other.
CREATE OR REPLACE FUNCTION booking_free_seats(p_item bigint, p_capacity int, p_wanted int) RETURNS bigint[]
    LANGUAGE plpgsql AS $$
DECLARE
    v_first int := booking_first_seat(p_capacity);
    v_seats bigint[];
    v_more bigint[];
BEGIN
    SELECT array_agg(s.id) INTO v_seats FROM (SELECT id FROM eng_booking_seat WHERE item_id = p_item
        AND place_id IS NULL AND number + 0 >= v_first ORDER BY number + 0 LIMIT p_wanted FOR UPDATE SKIP LOCKED) s;
    v_seats := coalesce(v_seats, '{}');
    IF v_first > 1 AND cardinality(v_seats) < p_wanted THEN
        SELECT array_agg(s.id) INTO v_more FROM (SELECT id FROM eng_booking_seat WHERE item_id = p_item
            AND place_id IS NULL AND number + 0 < v_first ORDER BY number + 0
            LIMIT p_wanted - cardinality(v_seats) FOR UPDATE SKIP LOCKED) s;
        v_seats := v_seats || coalesce(v_more, '{}');
    END IF;
    RETURN v_seats;
END $$;
