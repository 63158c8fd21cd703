-- Row security: applicants see their own, officials those of the dues their divisions levy; the platform alone writes.

ALTER TABLE tax_direct_debit_registration ENABLE ROW LEVEL SECURITY;
CREATE POLICY registration_seen ON tax_direct_debit_registration FOR SELECT
    USING ((SELECT mandates_is_system()) OR divisions && (SELECT mandates_divisions())::bigint[]
        OR (jichi_setting('actor_kind') = 'resident' AND account_id = nullif(jichi_setting('actor_id'), '')::uuid));
CREATE POLICY registration_system ON tax_direct_debit_registration FOR ALL USING ((SELECT mandates_is_system()));

ALTER TABLE tax_direct_debit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY entry_seen ON tax_direct_debit_entry FOR SELECT
    USING ((SELECT mandates_is_system()) OR division_id = ANY ((SELECT mandates_divisions())::bigint[]));
CREATE POLICY entry_system ON tax_direct_debit_entry FOR ALL USING ((SELECT mandates_is_system()));

-- One that is registered stays registered; nothing is deleted.
CREATE FUNCTION debit_keep_registration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.state = 'done' AND NEW.state <> 'done') OR (OLD.state <> 'open' AND NEW.state = 'open')
        OR (OLD.payer_no, OLD.account_id, OLD.kinds, OLD.bank_id, OLD.nonce)
            IS DISTINCT FROM (NEW.payer_no, NEW.account_id, NEW.kinds, NEW.bank_id, NEW.nonce) THEN
        RAISE EXCEPTION 'a registration keeps who asked for what, and that it was made'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'debit_registration_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER debit_keep_registration BEFORE UPDATE OR DELETE ON tax_direct_debit_registration
    FOR EACH ROW EXECUTE FUNCTION debit_keep_registration();
