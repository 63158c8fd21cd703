-- Representation and signatures are kept as long as the manifest says, and not a day less, whoever asks.

CREATE FUNCTION accounts_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND jichi_setting('actor_kind') = 'system'
       AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < now() - TG_ARGV[1]::interval THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is never changed, and not deleted yet', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

DROP TRIGGER representation_not_deleted ON eng_accounts_representation;
CREATE TRIGGER representation_not_deleted BEFORE DELETE ON eng_accounts_representation
    FOR EACH ROW EXECUTE FUNCTION accounts_kept('ended_at', '5 years');
DROP TRIGGER signature_never_changed ON eng_accounts_signatureevidence;
CREATE TRIGGER signature_never_changed BEFORE UPDATE OR DELETE ON eng_accounts_signatureevidence
    FOR EACH ROW EXECUTE FUNCTION accounts_kept('operator_at', '10 years');
DROP FUNCTION accounts_never();
