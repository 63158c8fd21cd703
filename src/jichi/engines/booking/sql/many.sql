-- Several residents' entries in one transaction and, but for what the trail writes under each one's own name, in one
-- statement a table. For a rush: in mode "first_come", on the web, without conditions, classes, prices or links. Gives what
-- booking_enter gives to one after the other.

DROP TYPE IF EXISTS booking_press;
CREATE TYPE booking_press AS (
    n int, account uuid, purpose text, request text, choices text[], people text[], number text, key text, size int,
    outcome text, entry uuid, sequence bigint, item bigint, place bigint, seats bigint[]
);

-- The presses in the order they came, persons as the keys they are kept under.
CREATE OR REPLACE FUNCTION booking_presses(p_offering uuid, p_presses jsonb) RETURNS booking_press[]
    LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(ROW(p.n, p.account, p.purpose, p.request, p.choices, p.people, p.number, p.key,
        cardinality(p.people), NULL, NULL, NULL, NULL, NULL, NULL)::booking_press ORDER BY p.n), '{}')
    FROM (SELECT r.*, ARRAY(SELECT DISTINCT booking_person_key(p_offering, one) FROM unnest(r.persons) one) AS people
        FROM jsonb_to_recordset(p_presses) AS r(
            n int, account uuid, purpose text, request text, choices text[], persons text[], number text, key text)) p
$$;

-- The same presses with what each gets: p_got ("taken" or "held") with item, place and seats, "waiting", "full", "closed" (a
-- group too large), or "ordinary": a key that is known, somebody who stands in a living entry, or somebody else has seats in
-- hand that may come free again. Counters are locked, in one order for all who call this; seats are those that nobody has in
-- hand. An item is looked at once, when somebody wants it.
CREATE OR REPLACE FUNCTION booking_allot(
    p_offering uuid, p_all booking_press[], p_got text, p_waits boolean, p_most int
) RETURNS booking_press[] LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_all booking_press[] := p_all;
    v_one booking_press;
    v_item record;
    v_keys text[];
    v_people text[];
    v_locked bigint[];
    v_codes text[] := '{}';
    v_items bigint[];
    v_free int[];
    v_next int[];
    v_seats bigint[] := '{}';
    v_short text[] := '{}';
    v_wanted int;
    v_code text;
    k int;
BEGIN
    SELECT ARRAY(SELECT e.dedupe_key FROM eng_booking_entry e WHERE e.dedupe_key = ANY (t.keys)),
        ARRAY(SELECT x.person FROM eng_booking_entryperson x WHERE x.offering_id = p_offering AND x.living
            AND x.person = ANY (t.people))
    INTO v_keys, v_people FROM (SELECT array_agg(a.key) AS keys, array_agg(one) AS people
        FROM unnest(v_all) a, unnest(a.people) one) t;
    SELECT array_agg(l.id) INTO v_locked FROM (SELECT i.id FROM eng_booking_item i
        WHERE i.offering_id = p_offering AND NOT i.seated AND i.taken < i.capacity
        AND i.code = ANY (ARRAY(SELECT c FROM unnest(v_all) a, unnest(a.choices) c))
        ORDER BY i.id FOR UPDATE) l;
    FOR i IN 1 .. cardinality(v_all) LOOP
        v_one := v_all[i];
        v_one.outcome := CASE WHEN v_one.key = ANY (v_keys) THEN 'ordinary'
            WHEN v_one.size NOT BETWEEN 1 AND p_most THEN 'closed' WHEN v_one.people && v_people THEN 'ordinary' END;
        FOREACH v_code IN ARRAY v_one.choices LOOP
            EXIT WHEN v_one.outcome IS NOT NULL;
            k := array_position(v_codes, v_code);
            IF k IS NULL THEN
                SELECT i.id, i.seated, i.capacity, CASE WHEN i.id = ANY (v_locked) THEN i.capacity - i.taken ELSE 0 END AS free
                INTO v_item FROM eng_booking_item i WHERE i.offering_id = p_offering AND i.code = v_code;
                CONTINUE WHEN v_item.id IS NULL;
                k := cardinality(v_codes) + 1;
                v_codes[k] := v_code;
                v_items[k] := v_item.id;
                v_free[k] := v_item.free;
                v_next[k] := NULL;
                IF v_item.seated THEN
                    v_wanted := (SELECT sum(a.size) FROM unnest(v_all[i:]) a WHERE v_code = ANY (a.choices));
                    v_next[k] := cardinality(v_seats) + 1;
                    v_seats := v_seats || booking_free_seats(v_item.id, v_item.capacity, v_wanted);
                    v_free[k] := cardinality(v_seats) - v_next[k] + 1;
                    IF v_free[k] < v_wanted AND v_free[k] < (SELECT count(*) FROM (SELECT FROM eng_booking_seat s
                        WHERE s.item_id = v_item.id AND s.place_id IS NULL LIMIT v_free[k] + 1) s) THEN
                        v_short := v_short || v_code;
                    END IF;
                END IF;
            END IF;
            CONTINUE WHEN v_one.size > v_free[k];
            v_one.outcome := p_got;
            v_one.item := v_items[k];
            v_one.place := nextval('eng_booking_place_id_seq');
            v_one.seats := v_seats[v_next[k] : v_next[k] + v_one.size - 1];
            v_free[k] := v_free[k] - v_one.size;
            v_next[k] := v_next[k] + v_one.size;
        END LOOP;
        v_one.outcome := coalesce(v_one.outcome,
            CASE WHEN v_one.choices && v_short THEN 'ordinary' WHEN p_waits THEN 'waiting' ELSE 'full' END);
        IF v_one.outcome IN ('taken', 'held', 'waiting') THEN
            v_one.entry := gen_random_uuid();
            v_one.sequence := nextval('eng_booking_arrival');
            v_keys := v_keys || v_one.key;
            v_people := v_people || v_one.people;
        END IF;
        v_all[i] := v_one;
    END LOOP;
    RETURN v_all;
END $$;

-- p_presses: objects of n, account, purpose, request, choices (codes, best first), persons, number, key. Answers each n with
-- "taken", "held", "waiting", "full", "closed", or "ordinary": that one is not in, and booking_enter has the answer. First
-- come, first served by n; keys and persons are written in one order for all, so that two calls never wait for each other.
-- SECURITY DEFINER: who enters need not be allowed to see the others. It speaks to the trail as the resident of each press.
CREATE OR REPLACE FUNCTION booking_enter_many(p_offering uuid, p_presses jsonb, p_now timestamptz)
    RETURNS TABLE (n int, outcome text, entry_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_all booking_press[];
    v_one booking_press;
    v_offering eng_booking_offering;
    v_until timestamptz;
    v_got text := 'taken';
    v_done text;
BEGIN
    -- To the end of the transaction, for the checks made there too: see plans.sql.
    v_done := set_config('enable_seqscan', 'off', true) || set_config('enable_bitmapscan', 'off', true)
        || set_config('enable_hashjoin', 'off', true) || set_config('enable_mergejoin', 'off', true)
        || set_config('plan_cache_mode', 'force_generic_plan', true) || set_config('jichi.actor_kind', 'resident', true);
    SELECT * INTO v_offering FROM eng_booking_offering o WHERE o.id = p_offering;
    IF v_offering.state IS DISTINCT FROM 'open' OR v_offering.mode <> 'first_come' OR v_offering.link <> ''
        OR v_offering.conditions <> '[]' OR v_offering.tiers <> '[]' OR v_offering.weights <> '[]'
        OR p_now < v_offering.opens_at OR p_now >= v_offering.closes_at THEN
        RETURN QUERY SELECT a.n, 'ordinary', NULL::uuid FROM jsonb_to_recordset(p_presses) AS a(n int);
        RETURN;
    END IF;
    IF v_offering.hold_minutes > 0 THEN
        v_got := 'held';
        v_until := p_now + make_interval(mins => v_offering.hold_minutes);
    END IF;
    v_all := booking_allot(p_offering, booking_presses(p_offering, p_presses), v_got, v_offering.waiting_list,
        v_offering.most_people);
    FOR v_one IN SELECT a.* FROM unnest(v_all) a WHERE a.entry IS NOT NULL ORDER BY a.key LOOP
        v_done := set_config('jichi.actor_id', v_one.account::text, true)
            || set_config('jichi.purpose', v_one.purpose, true) || set_config('jichi.request_id', v_one.request, true);
        INSERT INTO eng_booking_entry (id, offering_id, number, account_id, dedupe_key, size, choices, state, entered_at,
            sequence, lines, owes_yen)
        VALUES (v_one.entry, p_offering, v_one.number, v_one.account, v_one.key, v_one.size, to_jsonb(v_one.choices),
            CASE WHEN v_one.place IS NULL THEN 'waiting' ELSE 'placed' END, p_now, v_one.sequence, '[]', 0);
    END LOOP;
    INSERT INTO eng_booking_entryperson (entry_id, offering_id, person, living)
        SELECT a.entry, p_offering, one, true FROM unnest(v_all) a, unnest(a.people) one WHERE a.entry IS NOT NULL
        ORDER BY one;
    INSERT INTO eng_booking_place (id, entry_id, item_id, size, state, held_until, given_at)
        SELECT a.place, a.entry, a.item, a.size, v_got, v_until, p_now FROM unnest(v_all) a WHERE a.place IS NOT NULL;
    UPDATE eng_booking_seat s SET place_id = a.place FROM unnest(v_all) a, unnest(a.seats) seat WHERE s.id = seat;
    RETURN QUERY SELECT a.n, a.outcome, a.entry FROM unnest(v_all) a;
END $$;
