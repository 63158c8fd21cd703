-- Search words, row security of the mirror, upkeep that only the owner of the tables can do.

-- Two-character pieces of a folded text; one-character texts give themselves. Spaces part names.
-- (plpgsql: its plan is kept, which makes loads faster than a set-returning SQL body.)
CREATE FUNCTION bigrams(t text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    found text[] := '{}'; piece text;
BEGIN
    FOR i IN 1..greatest(length(t) - 1, 1) LOOP
        piece := substr(t, i, 2);
        IF piece <> '' AND position(' ' IN piece) = 0 THEN found := found || piece; END IF;
    END LOOP;
    RETURN found;
END $$;

-- What a person is found by: the pairs, and with ^ the first character of each name (林, 森).
CREATE FUNCTION registry_name_grams(names text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    found text[] := public.bigrams(names); word text;
BEGIN
    FOREACH word IN ARRAY string_to_array(names, ' ') LOOP found := found || ('^' || left(word, 1)); END LOOP;
    RETURN found;
END $$;

-- Entries wait in the index's pending list while a load runs (four times faster); registry_settle sorts them in.
CREATE INDEX registry_by_name ON eng_registry_resident USING gin (registry_name_grams(names_folded))
    WITH (fastupdate = on) WHERE is_current;

-- Who is looking --------------------------------------------------------------------------------

CREATE FUNCTION registry_permitted(p_key text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system'
        OR (jichi_setting('actor_kind') = 'staff'
            AND coalesce(nullif(jichi_setting('permissions'), '')::jsonb, '[]') ? p_key);

CREATE FUNCTION registry_is_office() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE RETURN jichi_setting('actor_kind') IN ('system', 'staff');

-- SECURITY DEFINER from here: they look past row security, so each answers one narrow question only.

-- The signed-in resident's own 宛名番号, and through it the household.
CREATE FUNCTION registry_is_own(p_addressee text, p_household text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER COST 200 SET search_path = public, pg_temp AS $$
DECLARE
    own text;
BEGIN
    IF jichi_setting('actor_kind') <> 'resident' OR jichi_setting('actor_id') = '' THEN RETURN false; END IF;
    SELECT addressee_no INTO own FROM eng_accounts_personlink
        WHERE account_id = jichi_setting('actor_id')::uuid AND state = 'active';
    IF own IS NULL THEN RETURN false; END IF;
    RETURN own = p_addressee OR EXISTS (
        SELECT 1 FROM eng_registry_resident
        WHERE addressee_no = own AND is_current AND state = 'resident' AND household_no = p_household);
END $$;

-- Somebody of the household who is named as the offender sees nothing of the protected.
CREATE FUNCTION registry_is_offender_of(p_addressee text, p_household text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER COST 200 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM eng_registry_protection p
        JOIN eng_registry_protectedperson pp ON pp.protection_id = p.id
        JOIN eng_accounts_personlink l ON l.addressee_no = p.offender_no AND l.state = 'active'
        WHERE p.lifted_on IS NULL AND p.offender_no <> ''
            AND (pp.addressee_no = p_addressee OR pp.household_no = p_household)
            AND l.account_id = nullif(jichi_setting('actor_id'), '')::uuid);
END $$;

-- Under a measure of support that nobody has lifted, whatever its end date says.
CREATE FUNCTION registry_is_protected(p_addressee text, p_household text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER COST 100 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM eng_registry_protectedperson pp JOIN eng_registry_protection p ON p.id = pp.protection_id
        WHERE pp.addressee_no = p_addressee AND p.lifted_on IS NULL)
    OR EXISTS (
        SELECT 1 FROM eng_registry_protectedperson pp JOIN eng_registry_protection p ON p.id = pp.protection_id
        WHERE pp.household_no = p_household AND p.lifted_on IS NULL);
END $$;

-- Numbers of the people found, by reading. Row security lets only leak-proof operators use an index, and
-- those of the name index are not: so the search runs here and gives numbers to those who may search.
CREATE FUNCTION registry_search(
    p_from text, p_to text, p_grams text[], p_like text[], p_after text, p_limit int
) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    by_kana text := '(kana_folded >= $1 AND kana_folded < $2)';
    by_name text := '(registry_name_grams(names_folded) @> $3 AND names_folded LIKE ALL ($4))';
    going_on text := '';
BEGIN
    IF NOT registry_permitted('eng_registry.resident.search') THEN RETURN; END IF;
    IF p_after <> '' THEN
        going_on := ' AND (kana_folded, addressee_no) > ((SELECT o.kana_folded FROM eng_registry_resident o '
            || 'WHERE o.is_current AND o.addressee_no = $5), $5)';
    END IF;
    by_name := 'SELECT kana_folded, addressee_no FROM eng_registry_resident WHERE is_current AND ' || by_name
        || going_on || ' ORDER BY kana_folded, addressee_no LIMIT $6';
    by_kana := 'SELECT kana_folded, addressee_no FROM eng_registry_resident WHERE is_current AND ' || by_kana
        || going_on || ' ORDER BY kana_folded, addressee_no LIMIT $6';
    -- Each half by its own index, instead of one that suits neither.
    RETURN QUERY EXECUTE 'SELECT addressee_no FROM ('
        || CASE WHEN p_from = '' THEN by_name ELSE '(' || by_kana || ') UNION (' || by_name || ')' END
        || ') AS found ORDER BY kana_folded, addressee_no LIMIT $6'
        USING p_from, p_to, p_grams, p_like, p_after, p_limit;
END $$;

-- Rows ------------------------------------------------------------------------------------------
-- The application's role owns none of these tables, so the policies bind it without FORCE.

ALTER TABLE eng_registry_resident ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_people ON eng_registry_resident FOR SELECT USING (
    ((SELECT registry_is_office()) OR registry_is_own(addressee_no, household_no))
    AND (NOT is_provisional OR (SELECT registry_permitted('eng_registry.provisional.view'))));

ALTER TABLE eng_registry_address ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_addresses ON eng_registry_address FOR SELECT USING (
    (SELECT registry_permitted('eng_registry.protected.view'))
    OR ((SELECT registry_is_office()) AND NOT registry_is_protected(addressee_no, household_no))
    OR (registry_is_own(addressee_no, household_no) AND NOT registry_is_offender_of(addressee_no, household_no)));

ALTER TABLE eng_registry_household ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_households ON eng_registry_household FOR SELECT USING (
    (SELECT registry_is_office()) OR registry_is_own('', household_no));

ALTER TABLE eng_registry_protection ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_protections ON eng_registry_protection FOR SELECT
    USING ((SELECT registry_permitted('eng_registry.protected.view')));
ALTER TABLE eng_registry_protectedperson ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_protected ON eng_registry_protectedperson FOR SELECT
    USING ((SELECT registry_permitted('eng_registry.protected.view')));
ALTER TABLE eng_registry_protectionblock ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_blocks ON eng_registry_protectionblock FOR SELECT
    USING ((SELECT registry_permitted('eng_registry.protected.view')));

-- A mirror: only a load writes.
DO $$
DECLARE
    t text; writes text := 'registry_permitted(''eng_registry.import'')';
BEGIN
    FOREACH t IN ARRAY ARRAY['resident', 'address', 'household', 'protection', 'protectedperson', 'protectionblock'] LOOP
        EXECUTE format('CREATE POLICY load_insert ON eng_registry_%s FOR INSERT WITH CHECK ((SELECT %s))', t, writes);
        EXECUTE format('CREATE POLICY load_update ON eng_registry_%s FOR UPDATE USING ((SELECT %s)) WITH CHECK ((SELECT %s))', t, writes, writes);
        EXECUTE format('CREATE POLICY load_delete ON eng_registry_%s FOR DELETE USING ((SELECT %s))', t, writes);
    END LOOP;
    -- A load records itself with its checksum; row by row only what is changed or deleted afterwards.
    FOREACH t IN ARRAY ARRAY['resident', 'address'] LOOP
        EXECUTE format('CREATE TRIGGER audit_eng_registry_%s AFTER UPDATE OR DELETE ON eng_registry_%s
            FOR EACH ROW EXECUTE FUNCTION audit_row(''addressee_no'')', t, t);
    END LOOP;
END $$;

-- Upkeep ----------------------------------------------------------------------------------------

-- After a load: statistics, and the name index in order.
CREATE FUNCTION registry_settle() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT registry_permitted('eng_registry.import') THEN RETURN; END IF;
    PERFORM gin_clean_pending_list('registry_by_name');
    ANALYZE eng_registry_resident, eng_registry_address, eng_registry_household;
END $$;
