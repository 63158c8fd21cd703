-- Retention: the one sanctioned way to take rows out of histories. Functions of the owner that check for themselves
-- what is over set `jichi.erasing` for their own duration; the application's role can't pass by setting it.

CREATE FUNCTION audit_erasing() RETURNS boolean LANGUAGE sql STABLE
    RETURN jichi_setting('erasing') = 'on' AND current_user <> 'jichi_app';

-- Who did what and when stays; the values go with what they were values of. For functions of the owner only.
CREATE FUNCTION audit_forget(p_table text, p_objects text[]) RETURNS integer
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    UPDATE eng_audit_auditevent SET detail = '{"erased": true}'
    WHERE table_name = p_table AND object_id = ANY (p_objects) AND detail IS NOT NULL AND action <> 'delete';
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

-- Sign-ins older than the day, at least three years old, oldest first: how many went, and their hashes.
CREATE FUNCTION audit_erase_sign_ins(p_before timestamptz, p_limit integer) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    hashes text[];
BEGIN
    IF jichi_setting('actor_kind') <> 'system' OR jichi_setting('purpose') <> 'retention' THEN
        RAISE EXCEPTION 'retention alone erases' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('jichi.erasing', 'on', true);
    WITH over AS (
        SELECT id FROM eng_audit_auditevent
        WHERE action IN ('sign_in', 'sign_in_failed', 'second_factor_failed')
          AND at < least(p_before, now() - interval '3 years') ORDER BY id LIMIT p_limit
    ), gone AS (
        DELETE FROM eng_audit_auditevent e USING over WHERE e.id = over.id RETURNING to_jsonb(e) AS was
    )
    SELECT array_agg(encode(sha256(convert_to(was::text, 'UTF8')), 'hex')) INTO hashes FROM gone;
    PERFORM set_config('jichi.erasing', '', true);
    RETURN coalesce(hashes, '{}');
END $$;

CREATE INDEX audit_sign_ins ON eng_audit_auditevent (at)
    WHERE action IN ('sign_in', 'sign_in_failed', 'second_factor_failed');
-- Looks, for the page that shows who looked at whom: by time, by official, by person looked at.
CREATE INDEX audit_looks ON eng_audit_auditevent (at, id) WHERE action = 'look' AND actor_kind = 'staff';
CREATE INDEX audit_looks_by_actor ON eng_audit_auditevent (actor_id, at, id)
    WHERE action = 'look' AND actor_kind = 'staff';
CREATE INDEX audit_looks_by_subject ON eng_audit_auditevent (subject, at, id)
    WHERE action = 'look' AND actor_kind = 'staff';
