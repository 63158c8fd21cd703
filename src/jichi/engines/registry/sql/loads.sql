-- Empties the mirror of a sample ward, with bodies and officers. Refuses as soon as residents came from a file; a load
-- that was only looked at, refused or dropped brought none, and bodies that a file brought into a sample ward go with it.
CREATE OR REPLACE FUNCTION registry_remove_sample() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    IF NOT registry_permitted('eng_registry.import') THEN
        RAISE EXCEPTION 'only a load may empty the register' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE eng_registry_registerload IN EXCLUSIVE MODE;
    IF EXISTS (SELECT 1 FROM eng_registry_registerload WHERE kind = 'file' AND state = 'applied') THEN
        RAISE EXCEPTION 'the register holds more than a sample' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SELECT count(*) INTO n FROM eng_registry_resident;
    SET CONSTRAINTS ALL IMMEDIATE;  -- a table with checks still waiting can't be emptied
    TRUNCATE eng_registry_resident, eng_registry_address, eng_registry_household, eng_registry_organization,
        eng_registry_officerterm, eng_registry_protectionblock, eng_registry_protectedperson, eng_registry_protection,
        eng_registry_district, eng_registry_town, eng_registry_registerload RESTART IDENTITY;
    SET CONSTRAINTS ALL DEFERRED;
    PERFORM audit_write('remove', 'eng_registry_registerload', 'sample', '', jsonb_build_object('rows', n));
    RETURN n;
END $$;
