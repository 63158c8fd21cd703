-- Audit functions. SECURITY DEFINER: the application may append through them and in no other way.

CREATE FUNCTION jichi_setting(name text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(current_setting('jichi.' || name, true), '');

CREATE FUNCTION audit_write(p_action text, p_table text, p_object text, p_subject text, p_detail jsonb)
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO eng_audit_auditevent
        (at, actor_kind, actor_id, purpose, request_id, action, table_name, object_id, subject, detail)
    VALUES (clock_timestamp(), coalesce(nullif(jichi_setting('actor_kind'), ''), session_user::text),
        nullif(jichi_setting('actor_id'), '')::uuid, jichi_setting('purpose'), jichi_setting('request_id'),
        p_action, p_table, p_object, p_subject, p_detail)
$$;

-- Row trigger. TG_ARGV: [0] column that names the person concerned ('' = none), [1…] columns left out.
-- An insert records that it happened (the row itself holds the values); an update the old and new
-- values of what changed; a delete the whole row, or, where retention deletes, its hash and not itself.
CREATE FUNCTION audit_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was jsonb; is_ jsonb; detail jsonb; k text; subject text := ''; left_out text[];
BEGIN
    left_out := coalesce(TG_ARGV[1:TG_NARGS - 1], '{}');
    IF TG_OP = 'INSERT' THEN
        is_ := to_jsonb(NEW);
    ELSIF TG_OP = 'DELETE' THEN
        is_ := to_jsonb(OLD); detail := is_ - left_out;
        IF jichi_setting('erasing') = 'on' THEN
            detail := jsonb_build_object('sha256', encode(sha256(convert_to(detail::text, 'UTF8')), 'hex'));
        END IF;
    ELSE
        was := to_jsonb(OLD) - left_out; is_ := to_jsonb(NEW) - left_out;
        IF was = is_ THEN RETURN NULL; END IF;
        SELECT jsonb_object_agg(n.key, jsonb_build_array(was -> n.key, n.value)) INTO detail
            FROM jsonb_each(is_) n WHERE was -> n.key IS DISTINCT FROM n.value;
    END IF;
    IF TG_NARGS > 0 AND TG_ARGV[0] <> '' THEN subject := coalesce(is_ ->> TG_ARGV[0], ''); END IF;
    k := coalesce(is_ ->> 'id', is_ ->> 'addressee_no', is_ ->> 'number', is_ ->> 'key', '');
    INSERT INTO eng_audit_auditevent
        (at, actor_kind, actor_id, purpose, request_id, action, table_name, object_id, subject, detail)
    VALUES (clock_timestamp(), coalesce(nullif(jichi_setting('actor_kind'), ''), session_user::text),
        nullif(jichi_setting('actor_id'), '')::uuid, jichi_setting('purpose'), jichi_setting('request_id'),
        lower(TG_OP), TG_TABLE_NAME, k, subject, detail);
    RETURN NULL;
END $$;

-- Nobody rewrites the past. Retention alone may empty the values of an event, and take out old sign-ins.
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND audit_erasing() AND NEW.detail = '{"erased": true}'
       AND (to_jsonb(NEW) - 'detail') = (to_jsonb(OLD) - 'detail') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' AND audit_erasing() AND OLD.at < now() - interval '3 years'
       AND OLD.action IN ('sign_in', 'sign_in_failed', 'second_factor_failed') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON eng_audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON eng_audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
