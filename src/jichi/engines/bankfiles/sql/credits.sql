-- Promises of firms, credits of banks, and what binds them.

ALTER TABLE eng_bankfiles_promise ENABLE ROW LEVEL SECURITY;
CREATE POLICY promise_seen ON eng_bankfiles_promise FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY promise_system ON eng_bankfiles_promise FOR ALL USING ((SELECT bankfiles_is_system()));
ALTER TABLE eng_bankfiles_credit ENABLE ROW LEVEL SECURITY;
CREATE POLICY credit_seen ON eng_bankfiles_credit FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY credit_system ON eng_bankfiles_credit FOR ALL USING ((SELECT bankfiles_is_system()));
ALTER TABLE eng_bankfiles_creditmatch ENABLE ROW LEVEL SECURITY;
CREATE POLICY match_seen ON eng_bankfiles_creditmatch FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY match_system ON eng_bankfiles_creditmatch FOR ALL USING ((SELECT bankfiles_is_system()));

-- What was promised and what came stays as it was told; it is bound once and never let go.
CREATE FUNCTION bankfiles_keep_bound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) ->> 'match_id' IS NULL OR to_jsonb(OLD) ->> 'match_id' IS NOT NULL
        OR to_jsonb(NEW) - 'match_id' <> to_jsonb(OLD) - 'match_id' THEN
        RAISE EXCEPTION 'what was promised and what came stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bankfiles_keep_promise BEFORE UPDATE OR DELETE ON eng_bankfiles_promise
    FOR EACH ROW EXECUTE FUNCTION bankfiles_keep_bound();
CREATE TRIGGER bankfiles_keep_credit BEFORE UPDATE OR DELETE ON eng_bankfiles_credit
    FOR EACH ROW EXECUTE FUNCTION bankfiles_keep_bound();
CREATE FUNCTION bankfiles_keep_match() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was bound stays bound' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER bankfiles_keep_match BEFORE UPDATE OR DELETE ON eng_bankfiles_creditmatch
    FOR EACH ROW EXECUTE FUNCTION bankfiles_keep_match();

-- Looked at when the transaction ends: what is bound adds up to the yen.
CREATE FUNCTION bankfiles_check_match() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_match uuid := CASE TG_TABLE_NAME WHEN 'eng_bankfiles_creditmatch' THEN to_jsonb(NEW) ->> 'id'
        ELSE to_jsonb(NEW) ->> 'match_id' END::uuid;
BEGIN
    IF v_match IS NOT NULL AND (SELECT off_yen FROM eng_bankfiles_creditmatch WHERE id = v_match) IS DISTINCT FROM
        (SELECT sum(yen) FROM eng_bankfiles_promise WHERE match_id = v_match)
        - (SELECT sum(yen) FROM eng_bankfiles_credit WHERE match_id = v_match) THEN
        RAISE EXCEPTION 'what is bound does not add up' USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'bankfiles_match_sums';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bankfiles_check_match AFTER INSERT ON eng_bankfiles_creditmatch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bankfiles_check_match();
CREATE CONSTRAINT TRIGGER bankfiles_check_promise AFTER INSERT OR UPDATE ON eng_bankfiles_promise
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bankfiles_check_match();
CREATE CONSTRAINT TRIGGER bankfiles_check_credit AFTER INSERT OR UPDATE ON eng_bankfiles_credit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bankfiles_check_match();
