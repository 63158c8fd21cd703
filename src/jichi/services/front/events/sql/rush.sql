-- A rush in two statements for all who wait just then: who they are and what they would hear, then entering.
-- `actions.enter_event` writes the same; this is its short form, for entries without conditions, prices or people of the
-- household. More in ADR 0036.
DROP FUNCTION IF EXISTS events_enter(uuid, uuid, uuid, text, text, text[], text[], text, text, text, text, text, jsonb, jsonb, text, jsonb, timestamptz);

-- p_presses: objects of n, session, code (of the event), choices, size, press. Answers each n whose session and event there
-- are: what `visitors.visitor_of` judges, the event's revision and what `booking_glance` says of it.
-- No more rights than who asks. By index alone, whatever has been counted of the sessions.
CREATE OR REPLACE FUNCTION events_glance(p_presses jsonb, p_now timestamptz) RETURNS TABLE (
    n int, session_data text, account_id uuid, kind text, name text, session_generation int, addressee_no text, revision int,
    stands text
) LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH who AS MATERIALIZED (
        SELECT p.n, p.choices, p.size, p.press, v.*, e.offering_id, e.revision
        FROM jsonb_to_recordset(p_presses) AS p(n int, session text, code text, choices text[], size int, press text)
        JOIN front_events_event e ON e.code = p.code AND e.state = 'published' AND e.offering_id IS NOT NULL
        CROSS JOIN LATERAL accounts_visitor(p.session, p_now) v
    ), asked AS (
        SELECT w.offering_id, jsonb_agg(jsonb_build_object('n', w.n, 'choices', w.choices, 'size', w.size,
            'person', CASE WHEN w.addressee_no <> '' THEN w.addressee_no ELSE 'account:' || w.account_id END,
            'key', 'event:' || w.account_id || ':' || w.press)) AS presses
        FROM who w GROUP BY w.offering_id
    )
    SELECT w.n, w.session_data, w.account_id, w.kind, w.name, w.session_generation, w.addressee_no, w.revision, g.stands
    FROM asked a CROSS JOIN LATERAL booking_glance(a.offering_id, a.presses, p_now) g JOIN who w ON w.n = g.n;
END $$;

-- Entries with their places, what the people told us, notices and outbox rows, all or nothing. Answers each n with what
-- `booking_enter_many` says of it.
-- p_presses: what `booking_enter_many` asks for and name, kana, phone, companions, answers, language.
-- p_words: title of the notice by language, for "received" and "waiting".
-- SECURITY DEFINER: who enters writes none of these rows by themselves. It speaks to the trail as the resident of each press.
CREATE OR REPLACE FUNCTION events_enter_many(p_event uuid, p_offering uuid, p_presses jsonb, p_words jsonb, p_now timestamptz)
    RETURNS TABLE (n int, outcome text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_one record;
    v_what text;
    v_subject text;
    v_path text;
    v_told jsonb := '[]';
    v_done text;
BEGIN
    FOR v_one IN SELECT e.outcome, e.entry_id, p.* FROM booking_enter_many(p_offering, p_presses, p_now) e
        JOIN jsonb_to_recordset(p_presses) AS p(n int, account uuid, purpose text, request text, number text, name text,
            kana text, phone text, companions jsonb, answers jsonb, language text) ON p.n = e.n
    LOOP
        n := v_one.n;
        outcome := v_one.outcome;
        RETURN NEXT;
        CONTINUE WHEN v_one.entry_id IS NULL;
        v_done := set_config('jichi.actor_id', v_one.account::text, true)
            || set_config('jichi.purpose', v_one.purpose, true) || set_config('jichi.request_id', v_one.request, true);
        INSERT INTO front_events_evententry (entry_id, event_id, account_id, name, kana, phone, companions, answers, language)
        VALUES (v_one.entry_id, p_event, v_one.account, v_one.name, v_one.kana, v_one.phone, v_one.companions, v_one.answers,
            v_one.language);
        v_what := CASE v_one.outcome WHEN 'waiting' THEN 'waiting' ELSE 'received' END;
        v_subject := 'front_events:entry:' || v_one.entry_id;
        v_path := '/events/mine/' || v_one.number || '/';
        v_told := v_told || jsonb_build_object('account', v_one.account, 'about', v_one.number, 'kind', 'notice',
            'title', p_words -> v_what, 'url_path', v_path, 'subject_key', v_subject, 'key', v_subject || ':' || v_what,
            'template', 'events.' || v_what, 'params', jsonb_build_object('url_path', v_path));
    END LOOP;
    IF v_told <> '[]' THEN
        PERFORM inbox_put_many(v_told, p_now);
        PERFORM messages_enqueue_many(v_told, p_now);
    END IF;
END $$;
