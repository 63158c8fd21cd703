-- Row security: representation is seen by its two sides and by officials who need it; signatures by who signed.

CREATE FUNCTION accounts_actor() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(jichi_setting('actor_id'), '')::uuid;

CREATE FUNCTION accounts_permitted(p_permission text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? p_permission;

-- The principal is the account that gave it, or the login that stands for the principal's number today.
CREATE FUNCTION accounts_is_principal(p_account uuid, p_kind text, p_number text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'resident' AND (
        p_account = accounts_actor()
        OR (p_kind <> 'officer' AND EXISTS (SELECT 1 FROM eng_accounts_personlink l
            WHERE l.account_id = accounts_actor() AND l.addressee_no = p_number AND l.state = 'active')));

ALTER TABLE eng_accounts_representation ENABLE ROW LEVEL SECURITY;
CREATE POLICY representation_system ON eng_accounts_representation FOR ALL
    USING (jichi_setting('actor_kind') = 'system');
CREATE POLICY representation_sides ON eng_accounts_representation FOR ALL
    USING (agent_account_id = accounts_actor()
        OR accounts_is_principal(principal_account_id, kind, principal_no));
CREATE POLICY representation_desk ON eng_accounts_representation FOR ALL
    USING (accounts_permitted('eng_accounts.representation.register'));
CREATE POLICY representation_seen ON eng_accounts_representation FOR SELECT
    USING (accounts_permitted('eng_accounts.representation.see'));

-- Who, what and from when to when stay as they were agreed; a representative once bound stays the same.
CREATE FUNCTION accounts_representation_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind, NEW.principal_no, NEW.principal_name, NEW.procedures, NEW.scope, NEW.during, NEW.request_key)
        IS DISTINCT FROM
       (OLD.kind, OLD.principal_no, OLD.principal_name, OLD.procedures, OLD.scope, OLD.during, OLD.request_key)
       OR (OLD.agent_account_id IS NOT NULL AND NEW.agent_account_id IS DISTINCT FROM OLD.agent_account_id)
       OR OLD.state IN ('ended', 'refused')
       OR (OLD.state = 'active' AND NEW.state NOT IN ('active', 'ended')) THEN
        RAISE EXCEPTION 'a representation is not rewritten' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER representation_kept BEFORE UPDATE ON eng_accounts_representation
    FOR EACH ROW EXECUTE FUNCTION accounts_representation_kept();
CREATE FUNCTION accounts_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER representation_not_deleted BEFORE DELETE ON eng_accounts_representation
    FOR EACH ROW EXECUTE FUNCTION accounts_never();

ALTER TABLE eng_accounts_identity ENABLE ROW LEVEL SECURITY;
CREATE POLICY identity_system ON eng_accounts_identity FOR ALL USING (jichi_setting('actor_kind') = 'system');
CREATE POLICY identity_own ON eng_accounts_identity FOR SELECT USING (account_id = accounts_actor());

ALTER TABLE eng_accounts_signingrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY signing_system ON eng_accounts_signingrequest FOR ALL USING (jichi_setting('actor_kind') = 'system');
CREATE POLICY signing_own ON eng_accounts_signingrequest FOR ALL USING (account_id = accounts_actor());

ALTER TABLE eng_accounts_signatureevidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY signature_system ON eng_accounts_signatureevidence FOR ALL
    USING (jichi_setting('actor_kind') = 'system');
CREATE POLICY signature_own ON eng_accounts_signatureevidence FOR SELECT USING (account_id = accounts_actor());
CREATE POLICY signature_seen ON eng_accounts_signatureevidence FOR SELECT
    USING (accounts_permitted('eng_accounts.signature.see'));
CREATE TRIGGER signature_never_changed BEFORE UPDATE OR DELETE ON eng_accounts_signatureevidence
    FOR EACH ROW EXECUTE FUNCTION accounts_never();
