-- Files of a million receipts: their agent and their file are looked up once a statement. A file is never deleted
-- (bankfiles_keep_file), nor is an agent, so that this is all that foreign keys said.

CREATE FUNCTION bankfiles_keep_partner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an agent or bank stays' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER bankfiles_keep_partner BEFORE DELETE OR UPDATE OF id ON eng_bankfiles_partner
    FOR EACH ROW EXECUTE FUNCTION bankfiles_keep_partner();

CREATE FUNCTION bankfiles_check_receipts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT a.partner_id, a.last_file_id FROM added a) s
        WHERE NOT EXISTS (SELECT FROM eng_bankfiles_partner p WHERE p.id = s.partner_id)
            OR NOT EXISTS (SELECT FROM eng_bankfiles_takenfile f WHERE f.id = s.last_file_id)) THEN
        RAISE EXCEPTION 'a receipt names an agent or a file that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'bankfiles_receipt_sides';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER bankfiles_check_receipts AFTER INSERT ON eng_bankfiles_storereceipt
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bankfiles_check_receipts();
CREATE TRIGGER bankfiles_check_changed AFTER UPDATE ON eng_bankfiles_storereceipt
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bankfiles_check_receipts();

-- A file is sorted and joined whole: in memory where it fits.
ALTER FUNCTION bankfiles_merge(uuid, bigint, timestamptz) SET work_mem = '128MB' SET jit = off;
