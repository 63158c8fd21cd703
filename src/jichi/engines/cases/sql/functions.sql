-- Opening a case: the application, its number, timeline, the official's work item, the applicant's notice,
-- search entries and mail, in one call and one transaction. Called again for the same draft it answers
-- the first number.

-- 受付番号 as people read it: K7M4-2QF9.
CREATE FUNCTION cases_written(p_number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(p_number, 4) || '-' || substr(p_number, 5);

CREATE FUNCTION cases_open(
    p_draft uuid, p_revision int, p_answers jsonb, p_hash text, p_language text, p_now timestamptz,
    p_number text, p_applicant text, p_name text, p_kana text, p_folded text, p_due date, p_once text,
    p_checks jsonb, p_title jsonb, p_texts jsonb, p_staff_permission text
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
    v_key := 'eng_cases:case:' || v_case; v_item := '/items/' || cases_written(p_number) || '/';
    v_staff := '/staff/cases/' || cases_written(p_number) || '/';
    INSERT INTO eng_cases_case (id, number, procedure, form_version_id, submission_id, title, division_id, account_id,
        subject_no, applicant_no, name, kana, name_folded, status, received_at, due_on, once_key, checks, channel,
        language, version)
    VALUES (v_case, p_number, v_slug, v_version, v_submission, p_title, v_division, v_account,
        v_subject, p_applicant, p_name, p_kana, p_folded, 'received', p_now, p_due, nullif(p_once, ''), p_checks, 'web',
        p_language, 1);
    INSERT INTO eng_cases_caseevent (case_id, at, kind, actor_kind, actor_id, actor_name, public, detail)
    VALUES (v_case, p_now, 'received', 'resident', v_account, '', true, '{}');
    PERFORM inbox_put(NULL, v_division, 'check', p_title, v_staff, v_key, p_due, p_staff_permission, p_number,
        'received:' || v_case);
    PERFORM inbox_put(v_account, NULL, 'notice', p_texts -> 'received', v_item, v_key, NULL, '', p_number,
        'received:' || v_case);
    PERFORM search_put('case-staff:' || v_case, 'case', 'staff', NULL, v_division, p_staff_permission, p_title,
        jsonb_build_object('ja', p_name), v_staff, p_number, p_folded || ' ' || (p_texts ->> 'words'), p_now);
    PERFORM search_put('case:' || v_case, 'item', 'resident', v_account, NULL, '', p_title, p_texts -> 'received',
        v_item, p_number, p_texts ->> 'words', p_now);
    PERFORM messages_enqueue(v_account, 'case.received', jsonb_build_object('url_path', v_item), p_number,
        'case.received:' || v_case, v_division, v_staff, '', '', p_now);
    number := p_number; case_id := v_case; opened := true;
    RETURN NEXT;
END $$;

-- The next document number (文書番号) of a division in a fiscal year. The row stays locked until the
-- transaction ends: a number taken by an act that fails is given to the next one, so none is missing.
CREATE FUNCTION cases_next_number(p_division bigint, p_fiscal_year int) RETURNS int
    LANGUAGE sql AS $$
    INSERT INTO eng_cases_numberseries AS s (division_id, fiscal_year, last) VALUES (p_division, p_fiscal_year, 1)
    ON CONFLICT (division_id, fiscal_year) DO UPDATE SET last = s.last + 1
    RETURNING last
$$;

-- What anybody may learn from the code on a document: that it is ours, and what the paper itself says.
CREATE FUNCTION cases_verify(p_code text)
    RETURNS TABLE (kind text, title jsonb, facts jsonb, issued_at timestamptz, valid_until date, revoked_at timestamptz,
        number text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.kind, d.title, d.facts, d.issued_at, d.valid_until, d.revoked_at, c.number
    FROM eng_cases_issueddocument d JOIN eng_cases_case c ON c.id = d.case_id
    WHERE d.verification_code = p_code
$$;
