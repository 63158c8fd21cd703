-- Who applies without a login: never anybody of the register, never anything but a guest.

CREATE FUNCTION accounts_no_guest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM eng_accounts_account a
               WHERE a.id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid AND a.kind = 'guest') THEN
        RAISE EXCEPTION 'a guest has nothing in %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_no_guest BEFORE INSERT OR UPDATE ON eng_accounts_personlink
    FOR EACH ROW EXECUTE FUNCTION accounts_no_guest('account_id');
CREATE TRIGGER accounts_no_guest BEFORE INSERT OR UPDATE ON eng_accounts_linkrequest
    FOR EACH ROW EXECUTE FUNCTION accounts_no_guest('account_id');
CREATE TRIGGER accounts_no_guest BEFORE INSERT OR UPDATE ON eng_accounts_identity
    FOR EACH ROW EXECUTE FUNCTION accounts_no_guest('account_id');
CREATE TRIGGER accounts_no_guest_agent BEFORE INSERT OR UPDATE ON eng_accounts_representation
    FOR EACH ROW EXECUTE FUNCTION accounts_no_guest('agent_account_id');
CREATE TRIGGER accounts_no_guest_principal BEFORE INSERT OR UPDATE ON eng_accounts_representation
    FOR EACH ROW EXECUTE FUNCTION accounts_no_guest('principal_account_id');

CREATE FUNCTION accounts_guest_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account stays a guest or never was one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER accounts_guest_kept BEFORE UPDATE OF kind ON eng_accounts_account FOR EACH ROW
    WHEN (OLD.kind <> NEW.kind AND 'guest' IN (OLD.kind, NEW.kind)) EXECUTE FUNCTION accounts_guest_kept();

-- Links are the platform's alone: who has one proves it by the secret, and nobody reads what addresses there are.
ALTER TABLE eng_accounts_guestlink ENABLE ROW LEVEL SECURITY;
CREATE POLICY guest_link_system ON eng_accounts_guestlink FOR ALL USING (jichi_setting('actor_kind') = 'system');
