-- Bodies and their officers: read by officials with the permission, and by those who are officers today.

-- SECURITY DEFINER: looks past row security, and answers only whether the signed-in resident holds a post today.
CREATE FUNCTION registry_is_officer_of(p_organization text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER COST 200 SET search_path = public, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Tokyo')::date;
BEGIN
    IF jichi_setting('actor_kind') <> 'resident' OR jichi_setting('actor_id') = '' THEN RETURN false; END IF;
    RETURN EXISTS (
        SELECT 1 FROM eng_accounts_personlink l
        JOIN eng_registry_officerterm t ON t.addressee_no = l.addressee_no
        WHERE l.account_id = jichi_setting('actor_id')::uuid AND l.state = 'active'
            AND t.organization_id = p_organization
            AND t.starts_on <= today AND (t.ends_on IS NULL OR t.ends_on >= today));
END $$;

ALTER TABLE eng_registry_organization ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_organizations ON eng_registry_organization FOR SELECT USING (
    (SELECT registry_permitted('eng_registry.organisation.view')) OR (SELECT registry_permitted('eng_registry.import'))
    OR registry_is_officer_of(addressee_no));

ALTER TABLE eng_registry_officerterm ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_officers ON eng_registry_officerterm FOR SELECT USING (
    (SELECT registry_permitted('eng_registry.organisation.view')) OR (SELECT registry_permitted('eng_registry.import'))
    OR registry_is_officer_of(organization_id));

DO $$
DECLARE
    t text; writes text := 'registry_permitted(''eng_registry.import'')';
BEGIN
    FOREACH t IN ARRAY ARRAY['organization', 'officerterm'] LOOP
        EXECUTE format('CREATE POLICY load_insert ON eng_registry_%s FOR INSERT WITH CHECK ((SELECT %s))', t, writes);
        EXECUTE format('CREATE POLICY load_update ON eng_registry_%s FOR UPDATE USING ((SELECT %s)) WITH CHECK ((SELECT %s))', t, writes, writes);
        EXECUTE format('CREATE POLICY load_delete ON eng_registry_%s FOR DELETE USING ((SELECT %s))', t, writes);
    END LOOP;
END $$;
