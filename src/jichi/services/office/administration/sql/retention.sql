-- Retention of cases: one function of the owner erases a case with all that belongs to it, if it is over and not held.

ALTER TABLE office_administration_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY hold_seen ON office_administration_hold
    USING (administration_permitted('office_administration.retention'));

CREATE FUNCTION administration_certificate_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a certificate of erasure stays as it is' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER certificate_kept BEFORE UPDATE OR DELETE ON office_administration_erasure
    FOR EACH ROW EXECUTE FUNCTION administration_certificate_kept();
CREATE TRIGGER certificates_kept BEFORE TRUNCATE ON office_administration_erasure
    FOR EACH STATEMENT EXECUTE FUNCTION administration_certificate_kept();

-- Histories let go of rows for retention alone: every trigger that refuses deletion steps aside while
-- audit_erasing(), which no session of the application can bring about by itself.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT g.tgname, c.relname, pg_get_triggerdef(g.oid) AS body
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE NOT g.tgisinternal AND g.tgname IN ('cases_keep_event', 'cases_keep_decision', 'cases_keep_number',
            'cases_keep_message', 'cases_keep_proposal', 'cases_keep_follow_up', 'forms_keep_sent_draft',
            'forms_keep_sent_files', 'routes_keep_act', 'routes_keep_route')
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', t.tgname, t.relname);
        EXECUTE replace(t.body, 'EXECUTE FUNCTION', 'WHEN (NOT audit_erasing()) EXECUTE FUNCTION');
    END LOOP;
END $$;

CREATE FUNCTION administration_is_held(p_rule text, p_subjects text[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT FROM office_administration_hold h WHERE h.lifted_at IS NULL
        AND h.rule IN ('', p_rule) AND (h.subject = '' OR h.subject = ANY (p_subjects)));

-- Hash of each row that goes; the trail's values about them go too.
CREATE FUNCTION administration_erase_rows(p_table text, p_where text, p_key text) RETURNS text[]
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    hashes text[]; objects text[];
BEGIN
    EXECUTE format('WITH gone AS (DELETE FROM %I t WHERE %s RETURNING to_jsonb(t) AS was) '
        'SELECT array_agg(encode(sha256(convert_to(was::text, ''UTF8'')), ''hex'')), '
        'array_agg(coalesce(was ->> ''id'', '''')) FROM gone', p_table, p_where)
        INTO hashes, objects USING p_key;
    IF objects IS NOT NULL THEN PERFORM audit_forget(p_table, objects); END IF;
    RETURN coalesce(hashes, '{}');
END $$;

-- Erases one closed case. NULL: held, not over, or gone already. Otherwise {"hashes": {table: [...]}, "files": [...]}.
-- What stays: document numbers (without the case), charges and receipts, files for retention of files to take.
CREATE FUNCTION administration_erase_case(p_case uuid, p_before timestamptz) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c eng_cases_case; subs uuid[]; drafts uuid[]; files uuid[]; routes uuid[]; gone jsonb := '{}'; step record;
    hashes text[];
BEGIN
    IF jichi_setting('actor_kind') <> 'system' OR jichi_setting('purpose') <> 'retention' THEN
        RAISE EXCEPTION 'retention alone erases' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO c FROM eng_cases_case WHERE id = p_case FOR UPDATE;
    IF NOT FOUND OR c.closed_at IS NULL OR c.closed_at >= least(p_before, now() - interval '1 year')
        OR administration_is_held('cases.decided', ARRAY[c.number, c.procedure, c.subject_no]) THEN
        RETURN NULL;
    END IF;
    subs := ARRAY(SELECT c.submission_id UNION SELECT before_id FROM eng_cases_correction WHERE case_id = p_case
        UNION SELECT after_id FROM eng_cases_correction WHERE case_id = p_case AND after_id IS NOT NULL
        UNION SELECT submission_id FROM eng_cases_proposal WHERE case_id = p_case AND submission_id IS NOT NULL);
    drafts := ARRAY(SELECT draft_id FROM eng_forms_submission WHERE id = ANY (subs)
        UNION SELECT id FROM eng_forms_draft WHERE corrects_id = ANY (subs));
    files := ARRAY(SELECT file_id FROM eng_cases_casefile WHERE case_id = p_case
        UNION SELECT file_id FROM eng_cases_issueddocument WHERE case_id = p_case
        UNION SELECT file_id FROM eng_forms_draftfile WHERE draft_id = ANY (drafts));
    routes := ARRAY(SELECT id FROM eng_routes_route WHERE subject = 'eng_cases:case:' || p_case);
    PERFORM set_config('jichi.erasing', 'on', true);
    UPDATE eng_cases_issuednumber SET case_id = NULL, what = '保存年限により消去' WHERE case_id = p_case;
    FOR step IN SELECT * FROM (VALUES
        ('eng_cases_casefile', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_casemessage', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_bulkitem', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_caselink', '$1::uuid IN (case_id, other_id)', p_case::text),
        ('eng_cases_dispatch', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_decision', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_issueddocument', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_correction', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_proposal', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_followup', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_caseevent', 'case_id = $1::uuid', p_case::text),
        ('eng_cases_case', 'id = $1::uuid', p_case::text),
        ('eng_forms_confirmation', 'draft_id = ANY ($1::uuid[])', drafts::text),
        ('eng_forms_draftfile', 'draft_id = ANY ($1::uuid[])', drafts::text),
        ('eng_forms_submission', 'id = ANY ($1::uuid[])', subs::text),
        ('eng_forms_draft', 'id = ANY ($1::uuid[])', drafts::text),
        ('eng_routes_routeturn', 'route_id = ANY ($1::uuid[])', routes::text),
        ('eng_routes_routeact', 'route_id = ANY ($1::uuid[])', routes::text),
        ('eng_routes_route', 'id = ANY ($1::uuid[])', routes::text),
        ('eng_inbox_workitem', 'subject_key = $1', 'eng_cases:case:' || p_case),
        ('eng_inbox_searchentry', 'about = $1', c.number),
        ('eng_messages_delivery', 'message_id IN (SELECT id FROM eng_messages_message WHERE about = $1)', c.number),
        ('eng_messages_message', 'about = $1', c.number)
    ) AS s(tab, cond, val)
    LOOP
        hashes := administration_erase_rows(step.tab, step.cond, step.val);
        IF cardinality(hashes) > 0 THEN gone := gone || jsonb_build_object(step.tab, to_jsonb(hashes)); END IF;
    END LOOP;
    PERFORM set_config('jichi.erasing', '', true);
    RETURN jsonb_build_object('hashes', gone, 'files', to_jsonb(files), 'number', c.number);
END $$;

-- Closed cases that ended before the day, oldest first: for a page of "what goes next" and for the job.
CREATE FUNCTION administration_cases_over(p_procedure text, p_before timestamptz, p_limit integer)
    RETURNS TABLE (id uuid, number text, closed_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT administration_permitted('office_administration.retention') THEN RETURN; END IF;
    RETURN QUERY SELECT c.id, c.number, c.closed_at FROM eng_cases_case c
        WHERE c.procedure = p_procedure AND c.closed_at < p_before
          AND NOT administration_is_held('cases.decided', ARRAY[c.number, c.procedure, c.subject_no])
        ORDER BY c.closed_at, c.id LIMIT p_limit;
END $$;

CREATE INDEX administration_cases_closed ON eng_cases_case (procedure, closed_at) WHERE closed_at IS NOT NULL;
