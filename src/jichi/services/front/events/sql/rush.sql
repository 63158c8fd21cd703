-- Entering an event in one round trip: the entry with its place, what the person told us, the notice and the outbox row,
-- all or nothing. `actions.enter_event` writes the same; this is its short form for a rush, for entries without
-- conditions, prices or people of the household.
-- SECURITY DEFINER: who enters writes none of these rows by themselves. It speaks to the trail as the resident p_account.
-- p_words: title of the notice by language, for "received" and "waiting".
DROP FUNCTION IF EXISTS events_enter(uuid, uuid, uuid, text, text, text[], text[], text, text, text, text, text, jsonb, jsonb, text, jsonb, timestamptz);
CREATE FUNCTION events_enter(
    p_event uuid, p_offering uuid, p_account uuid, p_purpose text, p_request text, p_choices text[], p_people text[],
    p_number text, p_key text, p_name text, p_kana text, p_phone text, p_companions jsonb, p_answers jsonb,
    p_language text, p_words jsonb, p_now timestamptz, OUT outcome text, OUT number text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_found record;
    v_what text;
    v_key text;
    v_path text;
    v_done text;
BEGIN
    -- Assignments of functions are worked out without a statement of their own.
    v_done := set_config('jichi.actor_kind', 'resident', true) || set_config('jichi.actor_id', p_account::text, true)
        || set_config('jichi.purpose', p_purpose, true) || set_config('jichi.request_id', p_request, true);
    v_found := booking_enter(p_offering, p_choices, p_account,
        ARRAY(SELECT booking_person_key(p_offering, one) FROM unnest(p_people) one), p_number, p_key, 'web', 0, p_now);
    outcome := v_found.outcome;
    IF v_found.entry_id IS NULL THEN
        RETURN;
    END IF;
    number := p_number;
    INSERT INTO front_events_evententry (entry_id, event_id, account_id, name, kana, phone, companions, answers, language)
    VALUES (v_found.entry_id, p_event, p_account, p_name, p_kana, p_phone, p_companions, p_answers, p_language)
    ON CONFLICT (entry_id) DO NOTHING;
    IF NOT FOUND THEN
        SELECT e.number INTO STRICT number FROM eng_booking_entry e WHERE e.id = v_found.entry_id;
        RETURN;
    END IF;
    v_what := CASE outcome WHEN 'waiting' THEN 'waiting' ELSE 'received' END;
    v_key := 'front_events:entry:' || v_found.entry_id || ':' || v_what;
    v_path := '/events/mine/' || p_number || '/';
    v_done := inbox_put(p_account, NULL, 'notice', p_words -> v_what, v_path, 'front_events:entry:' || v_found.entry_id,
        NULL, '', p_number, v_key, NULL, p_now);
    v_done := messages_enqueue(p_account, 'events.' || v_what, jsonb_build_object('url_path', v_path), p_number, v_key,
        NULL, '', '', '', p_now);
END $$;
