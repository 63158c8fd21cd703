-- What a load costs. A resident's row names the load that wrote it: what the foreign key asked once a row, triggers ask once
-- a statement.

CREATE FUNCTION registry_check_load() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named bigint[] := ARRAY(SELECT DISTINCT load_id FROM written);
    found bigint;
BEGIN
    -- The lock that the key took: a load that is named now can't go before this transaction has ended.
    PERFORM FROM eng_registry_registerload WHERE id = ANY (named) FOR KEY SHARE;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found <> cardinality(named) THEN
        RAISE EXCEPTION 'a row of a resident names a load that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'registry_load_of_resident';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER registry_check_load_new AFTER INSERT ON eng_registry_resident
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry_check_load();
CREATE TRIGGER registry_check_load_changed AFTER UPDATE ON eng_registry_resident
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION registry_check_load();

-- The other side: a load that residents' rows name stays. The row is locked before this looks, as for a key.
CREATE FUNCTION registry_keep_load() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR NEW.id <> OLD.id)
       AND EXISTS (SELECT FROM eng_registry_resident WHERE load_id = OLD.id) THEN
        RAISE EXCEPTION 'rows of residents name this load'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'registry_load_of_resident';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER registry_keep_load BEFORE DELETE OR UPDATE OF id ON eng_registry_registerload
    FOR EACH ROW EXECUTE FUNCTION registry_keep_load();

-- What is never searched by needs no statistics: ANALYZE at a load's end then looks at a quarter of the columns.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT attrelid::regclass AS of, attname AS name FROM pg_attribute
        WHERE attnum > 0 AND NOT attisdropped AND (
            (attrelid = 'eng_registry_resident'::regclass AND attname NOT IN (
                'id', 'load_id', 'addressee_no', 'history_no', 'branch_no', 'is_current', 'is_provisional', 'is_deleted',
                'household_no', 'kind', 'state', 'sex', 'nationality', 'birth_date', 'relationship', 'list_order',
                'names_folded', 'kana_folded'))
            OR (attrelid = 'eng_registry_address'::regclass AND attname NOT IN (
                'addressee_no', 'history_no', 'branch_no', 'household_no', 'is_current', 'postcode', 'town_key')))
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', one.of, one.name);
    END LOOP;
END $$;
