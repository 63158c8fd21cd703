-- Bills paid online: what was chosen is not changed, only closed; a payment that was ended may still be paid.

CREATE FUNCTION collection_guard_online() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state'
        OR (OLD.state, NEW.state) NOT IN (('open', 'paid'), ('open', 'ended'), ('ended', 'paid'), ('paid', 'paid')) THEN
        RAISE EXCEPTION 'what was chosen to be paid online is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER collection_guard_online BEFORE UPDATE OR DELETE ON eng_collection_onlinepayment
    FOR EACH ROW EXECUTE FUNCTION collection_guard_online();
CREATE FUNCTION collection_guard_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.is_open OR to_jsonb(NEW) - 'is_open' <> to_jsonb(OLD) - 'is_open' THEN
        RAISE EXCEPTION 'what was chosen to be paid online is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER collection_guard_part BEFORE UPDATE OR DELETE ON eng_collection_onlinepart
    FOR EACH ROW EXECUTE FUNCTION collection_guard_part();

ALTER TABLE eng_collection_onlinepayment ENABLE ROW LEVEL SECURITY;
CREATE POLICY online_own ON eng_collection_onlinepayment USING ((SELECT collection_is_system()));
ALTER TABLE eng_collection_onlinepart ENABLE ROW LEVEL SECURITY;
CREATE POLICY part_seen ON eng_collection_onlinepart USING ((SELECT collection_is_system())
    OR EXISTS (SELECT FROM eng_collection_instalment i WHERE i.id = instalment_id));
