-- Opening a case from what people send, and from paper, telephone and counter.

DROP FUNCTION IF EXISTS cases_open(uuid, int, jsonb, text, text, timestamptz, text, text, text, text, text, date, text, jsonb, jsonb,
    jsonb, text);

-- Opening a case, as before; and of what an official entered (p_entered_by): for somebody who need not have a login.
CREATE FUNCTION cases_open(
    p_draft uuid, p_revision int, p_answers jsonb, p_hash text, p_language text, p_now timestamptz,
    p_number text, p_applicant text, p_name text, p_kana text, p_folded text, p_due date, p_once text,
    p_checks jsonb, p_title jsonb, p_texts jsonb, p_staff_permission text,
    p_channel text DEFAULT 'web', p_entered_by uuid DEFAULT NULL, p_entered_name text DEFAULT '',
    p_received timestamptz DEFAULT NULL
) RETURNS TABLE (number text, case_id uuid, opened boolean) LANGUAGE plpgsql AS $$
DECLARE
    v_submission uuid; v_case uuid := gen_random_uuid(); v_key text; v_item text; v_staff text;
    v_account uuid; v_division bigint; v_version bigint; v_subject text; v_slug text;
BEGIN
    v_submission := forms_seal(p_draft, p_revision, p_answers, p_hash, p_language, p_now);
    SELECT c.number, c.id INTO number, case_id FROM eng_cases_case c WHERE c.submission_id = v_submission;
    IF FOUND THEN
        opened := false; RETURN NEXT; RETURN;
    END IF;
    SELECT s.account_id, s.division_id, s.version_id, s.subject_no, pr.slug
        INTO STRICT v_account, v_division, v_version, v_subject, v_slug
        FROM eng_forms_submission s JOIN eng_forms_formversion f ON f.id = s.version_id
        JOIN eng_forms_procedure pr ON pr.id = f.procedure_id
        WHERE s.id = v_submission;
    IF p_entered_by IS NOT NULL THEN
        v_account := NULL;  -- the draft was the official's; the applicant need not have a login
    END IF;
    v_key := 'eng_cases:case:' || v_case; v_item := '/items/' || cases_written(p_number) || '/';
    v_staff := '/staff/cases/' || cases_written(p_number) || '/';
    INSERT INTO eng_cases_case (id, number, procedure, form_version_id, submission_id, title, division_id, account_id,
        subject_no, applicant_no, name, kana, name_folded, status, received_at, due_on, once_key, checks, channel,
        entered_by_id, language, version)
    VALUES (v_case, p_number, v_slug, v_version, v_submission, p_title, v_division, v_account,
        v_subject, p_applicant, p_name, p_kana, p_folded, 'received', coalesce(p_received, p_now), p_due, nullif(p_once, ''),
        p_checks, p_channel, p_entered_by, p_language, 1);
    INSERT INTO eng_cases_caseevent (case_id, at, kind, actor_kind, actor_id, actor_name, public, detail)
    VALUES (v_case, p_now, 'received', CASE WHEN p_entered_by IS NULL THEN 'resident' ELSE 'staff' END,
        coalesce(p_entered_by, v_account), p_entered_name, true,
        CASE WHEN p_entered_by IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('channel', p_channel) END);
    PERFORM inbox_put(NULL, v_division, 'check', p_title, v_staff, v_key, p_due, p_staff_permission, p_number,
        'received:' || v_case);
    PERFORM search_put('case-staff:' || v_case, 'case', 'staff', NULL, v_division, p_staff_permission, p_title,
        jsonb_build_object('ja', p_name), v_staff, p_number, p_folded || ' ' || (p_texts ->> 'words'), p_now);
    IF v_account IS NOT NULL THEN
        PERFORM inbox_put(v_account, NULL, 'notice', p_texts -> 'received', v_item, v_key, NULL, '', p_number,
            'received:' || v_case);
        PERFORM search_put('case:' || v_case, 'item', 'resident', v_account, NULL, '', p_title, p_texts -> 'received',
            v_item, p_number, p_texts ->> 'words', p_now);
        PERFORM messages_enqueue(v_account, 'case.received', jsonb_build_object('url_path', v_item), p_number,
            'case.received:' || v_case, v_division, v_staff, '', '', p_now);
    END IF;
    number := p_number; case_id := v_case; opened := true;
    RETURN NEXT;
END $$;
