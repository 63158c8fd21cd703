-- Entering in one round trip. SECURITY DEFINER: who enters need not be allowed to see the others.

DROP FUNCTION IF EXISTS booking_enter(uuid, text[], uuid, text[], text, text, text, int, timestamptz);
DROP FUNCTION IF EXISTS booking_enter(uuid, text[], uuid, text[], text, text, text, int, timestamptz, int);
DROP FUNCTION IF EXISTS booking_enter(uuid, text[], uuid, text[], text, text, text, int, timestamptz, int, jsonb, int);

-- First come, first served. Answers "taken", "held", "waiting", "full", "closed", "twice", or "retry" (a seat that
-- somebody else is just taking may come free again). The same p_key again changes nothing and answers the first outcome.
-- Counter: who finds the item full hears it without a lock; else the item's row is locked and looked at again.
-- Seats: any free row that nobody else has in hand. Persons in order: two who name each other never wait for one another.
-- Paying: who owes something and enters on the web holds the place; on the telephone it is theirs and paid until the day.
CREATE FUNCTION booking_enter(
    p_offering uuid, p_choices text[], p_account uuid, p_people text[], p_number text, p_key text, p_channel text,
    p_tier int, p_now timestamptz, p_weight int DEFAULT 1, p_lines jsonb DEFAULT '[]', p_owes int DEFAULT 0,
    OUT outcome text, OUT entry_id uuid, OUT item_code text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_offering record;
    v_size int := cardinality(p_people);
    v_code text;
    v_item eng_booking_item;
    v_entry uuid := gen_random_uuid();
    v_seats bigint[];
    v_place bigint;
    v_outcome text := 'full';
    v_hold int;
    v_found boolean := false;
    v_plans text;
BEGIN
    -- To the end of the transaction, for the checks made there too: see plans.sql.
    v_plans := set_config('enable_seqscan', 'off', true) || set_config('enable_bitmapscan', 'off', true)
        || set_config('plan_cache_mode', 'force_generic_plan', true);
    SELECT o.*, EXISTS (SELECT FROM eng_booking_entry e WHERE e.dedupe_key = p_key) AS again,
        EXISTS (SELECT FROM eng_booking_entryperson x
            WHERE x.offering_id = o.id AND x.living AND x.person = ANY (p_people)) AS twice
    INTO v_offering FROM (SELECT p_offering AS id) asked LEFT JOIN eng_booking_offering o USING (id);
    IF v_offering.again THEN
        SELECT CASE e.state WHEN 'placed' THEN p.state ELSE e.state END, e.id, i.code INTO outcome, entry_id, item_code
            FROM eng_booking_entry e LEFT JOIN eng_booking_place p ON p.entry_id = e.id AND p.state <> 'released'
            LEFT JOIN eng_booking_item i ON i.id = p.item_id WHERE e.dedupe_key = p_key;
        RETURN;
    END IF;
    IF v_offering.state IS DISTINCT FROM 'open' OR p_now < v_offering.opens_at OR p_now >= v_offering.closes_at
        OR v_size NOT BETWEEN 1 AND v_offering.most_people THEN
        outcome := 'closed';
        RETURN;
    END IF;
    IF v_offering.twice THEN
        outcome := 'twice';
        RETURN;
    END IF;
    IF v_offering.mode = 'lottery' OR (v_offering.mode = 'lottery_then_first_come'
        AND NOT EXISTS (SELECT FROM eng_booking_draw d WHERE d.offering_id = p_offering AND d.state = 'drawn')) THEN
        IF EXISTS (SELECT FROM eng_booking_draw d WHERE d.offering_id = p_offering AND d.state <> 'void') THEN
            outcome := 'closed';
            RETURN;
        END IF;
        v_outcome := 'applied';
    ELSIF v_offering.mode <> 'waiting_list' THEN
        FOREACH v_code IN ARRAY p_choices LOOP
            SELECT * INTO v_item FROM eng_booking_item i
                WHERE i.offering_id = p_offering AND i.code = v_code AND i.taken + v_size <= i.capacity;
            CONTINUE WHEN NOT FOUND;
            IF v_item.seated THEN
                v_seats := booking_free_seats(v_item.id, v_item.capacity, v_size);
                v_found := cardinality(v_seats) = v_size;
                EXIT WHEN v_found;
                IF (SELECT count(*) FROM (SELECT FROM eng_booking_seat WHERE item_id = v_item.id AND place_id IS NULL
                    LIMIT v_size) s) = v_size THEN
                    outcome := 'retry';
                    RETURN;
                END IF;
            ELSE
                PERFORM FROM eng_booking_item i WHERE i.id = v_item.id AND i.taken + v_size <= i.capacity FOR UPDATE;
                IF FOUND THEN
                    v_found := true;
                    EXIT;
                END IF;
            END IF;
        END LOOP;
        IF v_found THEN
            v_hold := CASE WHEN p_lines = '[]' THEN v_offering.hold_minutes
                WHEN p_owes = 0 OR p_channel <> 'web' THEN 0
                WHEN v_offering.hold_minutes = 0 THEN 30 ELSE v_offering.hold_minutes END;
            v_outcome := CASE WHEN v_hold > 0 THEN 'held' ELSE 'taken' END;
        END IF;
    END IF;
    IF v_outcome = 'full' AND (v_offering.waiting_list OR v_offering.mode = 'waiting_list') THEN
        v_outcome := 'waiting';
    END IF;
    IF v_outcome = 'full' THEN
        outcome := 'full';
        RETURN;
    END IF;
    INSERT INTO eng_booking_entry (id, offering_id, number, account_id, dedupe_key, size, tier, weight, choices, channel, state,
        entered_at, sequence, lines, owes_yen, pay_until)
    VALUES (v_entry, p_offering, p_number, p_account, p_key, v_size, p_tier, p_weight, to_jsonb(p_choices), p_channel,
        CASE WHEN v_found THEN 'placed' ELSE v_outcome END, p_now, nextval('eng_booking_arrival'), p_lines, p_owes,
        CASE WHEN v_outcome = 'held' AND p_owes > 0 THEN p_now + make_interval(mins => v_hold) END);
    INSERT INTO eng_booking_entryperson (entry_id, offering_id, person, living)
        SELECT v_entry, p_offering, person, true FROM unnest(p_people) person ORDER BY person;
    IF v_found THEN
        INSERT INTO eng_booking_place (entry_id, item_id, size, state, held_until, given_at)
        VALUES (v_entry, v_item.id, v_size, v_outcome, CASE WHEN v_outcome = 'held'
            THEN p_now + make_interval(mins => v_hold) END, p_now) RETURNING id INTO v_place;
        IF v_item.seated THEN
            UPDATE eng_booking_seat SET place_id = v_place WHERE id = ANY (v_seats);
        END IF;
    END IF;
    outcome := v_outcome;
    entry_id := v_entry;
    item_code := CASE WHEN v_found THEN v_item.code END;
END $$;
