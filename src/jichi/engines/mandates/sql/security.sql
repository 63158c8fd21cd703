-- Row security: payers see their own, officials those of the dues their divisions levy, the platform all and alone writes.

-- SECURITY DEFINER: answers one narrow question, the signed-in resident's own 宛名番号.
CREATE FUNCTION mandates_own_payer() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF jichi_setting('actor_kind') <> 'resident' OR jichi_setting('actor_id') = '' THEN RETURN NULL; END IF;
    RETURN (SELECT addressee_no FROM eng_accounts_personlink
        WHERE account_id = jichi_setting('actor_id')::uuid AND state = 'active');
END $$;

ALTER TABLE eng_mandates_mandate ENABLE ROW LEVEL SECURITY;
CREATE POLICY mandate_seen ON eng_mandates_mandate FOR SELECT
    USING ((SELECT mandates_is_system()) OR division_id = ANY ((SELECT mandates_divisions())::bigint[])
        OR payer_no = (SELECT mandates_own_payer()));
CREATE POLICY mandate_system ON eng_mandates_mandate FOR ALL USING ((SELECT mandates_is_system()));

ALTER TABLE eng_mandates_mandateevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_seen ON eng_mandates_mandateevent FOR SELECT
    USING ((SELECT mandates_is_system()) OR EXISTS (SELECT FROM eng_mandates_mandate m WHERE m.id = mandate_id));
CREATE POLICY event_system ON eng_mandates_mandateevent FOR ALL USING ((SELECT mandates_is_system()));

-- An account stays what it was: another one is another mandate. What has ended stays ended.
CREATE FUNCTION mandates_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'ended'
        OR to_jsonb(NEW) - ARRAY['state', 'ended_on', 'reason', 'failures']
            <> to_jsonb(OLD) - ARRAY['state', 'ended_on', 'reason', 'failures'] THEN
        RAISE EXCEPTION 'a mandate keeps its account and its end'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mandates_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandates_keep BEFORE UPDATE OR DELETE ON eng_mandates_mandate
    FOR EACH ROW EXECUTE FUNCTION mandates_keep();

CREATE FUNCTION mandates_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a mandate is written once'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mandates_kept';
END $$;
CREATE TRIGGER mandates_append_only BEFORE UPDATE OR DELETE ON eng_mandates_mandateevent
    FOR EACH ROW EXECUTE FUNCTION mandates_append_only();
