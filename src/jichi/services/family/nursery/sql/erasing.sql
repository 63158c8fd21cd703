-- Retention: one function of the owner lets go of what a round holds of persons. Its seats, its runs under pseudonyms and
-- the published root stay; without the salt nobody can find a family in them.

DO $$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT g.tgname, c.relname, pg_get_triggerdef(g.oid) AS body
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE NOT g.tgisinternal AND g.tgname = 'nursery_keep_outcome'
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', t.tgname, t.relname);
        EXECUTE replace(t.body, 'EXECUTE FUNCTION', 'WHEN (NOT audit_erasing()) EXECUTE FUNCTION');
    END LOOP;
END $$;

-- NULL: not over, or gone already. Otherwise {"hashes": {table: [...]}, "files": [...]}.
CREATE FUNCTION nursery_erase_round(p_round uuid, p_before date) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r family_nursery_round; files uuid[]; gone jsonb := '{}'; step record; hashes text[]; objects text[];
BEGIN
    IF jichi_setting('actor_kind') <> 'system' OR jichi_setting('purpose') <> 'retention' THEN
        RAISE EXCEPTION 'retention alone erases' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO r FROM family_nursery_round WHERE id = p_round FOR UPDATE;
    IF NOT FOUND OR r.entry_on >= least(p_before, current_date - 366)
        OR NOT EXISTS (SELECT FROM family_nursery_roundsecret WHERE round_id = p_round) THEN
        RETURN NULL;
    END IF;
    files := ARRAY(SELECT c.file_id FROM family_nursery_certificate c JOIN family_nursery_entry e ON e.id = c.entry_id
        WHERE e.round_id = p_round AND c.file_id IS NOT NULL);
    PERFORM set_config('jichi.erasing', 'on', true);
    FOR step IN SELECT * FROM (VALUES
        ('family_nursery_certificate', 'entry_id IN (SELECT id FROM family_nursery_entry WHERE round_id = $1)'),
        ('family_nursery_entry', 'round_id = $1'),
        ('family_nursery_pin', 'child_id IN (SELECT c.id FROM family_nursery_child c JOIN family_nursery_application a '
            'ON a.id = c.application_id WHERE a.round_id = $1)'),
        ('family_nursery_outcome', 'run_id IN (SELECT id FROM family_nursery_run WHERE round_id = $1)'),
        ('family_nursery_child', 'application_id IN (SELECT id FROM family_nursery_application WHERE round_id = $1)'),
        ('family_nursery_application', 'round_id = $1'),
        ('family_nursery_facilityask', 'round_id = $1'),
        ('family_nursery_roundsecret', 'round_id = $1')
    ) AS s(tab, cond)
    LOOP
        EXECUTE format('WITH gone AS (DELETE FROM %I t WHERE %s RETURNING to_jsonb(t) AS was) '
            'SELECT array_agg(encode(sha256(convert_to(was::text, ''UTF8'')), ''hex'')), '
            'array_agg(coalesce(was ->> ''id'', was ->> ''child_id'', was ->> ''round_id'', '''')) FROM gone',
            step.tab, step.cond) INTO hashes, objects USING p_round;
        IF objects IS NOT NULL THEN
            PERFORM audit_forget(step.tab, objects);
            gone := gone || jsonb_build_object(step.tab, to_jsonb(hashes));
        END IF;
    END LOOP;
    PERFORM set_config('jichi.erasing', '', true);
    RETURN jsonb_build_object('hashes', gone, 'files', to_jsonb(files));
END $$;
