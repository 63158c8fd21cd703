-- A link that was mailed stays what it was, is used once, and wrong answers are not taken back.

CREATE FUNCTION accounts_guest_link_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.email, NEW.token_hash, NEW.target, NEW.created_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.account_id, OLD.email, OLD.token_hash, OLD.target, OLD.created_at, OLD.expires_at)
       OR (OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at)
       OR (OLD.renewed_at IS NOT NULL AND NEW.renewed_at IS DISTINCT FROM OLD.renewed_at)
       OR NEW.tries < OLD.tries THEN
        RAISE EXCEPTION 'a mailed link is used once and not rewritten' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guest_link_kept BEFORE UPDATE ON eng_accounts_guestlink
    FOR EACH ROW EXECUTE FUNCTION accounts_guest_link_kept();
