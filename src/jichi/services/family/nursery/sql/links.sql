-- What links open: certificates are seen with the online application they belong to; what came stays as it came.
-- What facilities are asked is the division's.

ALTER TABLE family_nursery_certificate ENABLE ROW LEVEL SECURITY;
CREATE POLICY certificate_own ON family_nursery_certificate USING ((SELECT nursery_is_system())
    OR EXISTS (SELECT FROM family_nursery_entry e WHERE e.id = entry_id));

ALTER TABLE family_nursery_facilityask ENABLE ROW LEVEL SECURITY;
CREATE POLICY ask_own ON family_nursery_facilityask USING ((SELECT nursery_is_system())
    OR EXISTS (SELECT FROM family_nursery_round r WHERE r.id = round_id
        AND r.division_id = ANY ((SELECT nursery_divisions())::bigint[])));

CREATE FUNCTION nursery_keep_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'arrived' AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a certificate stays as it arrived' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nursery_keep_certificate BEFORE UPDATE ON family_nursery_certificate
    FOR EACH ROW EXECUTE FUNCTION nursery_keep_certificate();
