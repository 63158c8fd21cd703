-- Row security: slips are there for officials of the run's division who may read or issue them, and for the platform.
CREATE FUNCTION slips_divisions(wanted text) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? wanted
        THEN coalesce(nullif(jichi_setting('divisions'), ''), '{}')::bigint[] END;

ALTER TABLE eng_slips_sliprun ENABLE ROW LEVEL SECURITY;
CREATE POLICY run_seen ON eng_slips_sliprun FOR SELECT
    USING (division_id = ANY ((SELECT slips_divisions('eng_slips.read'))::bigint[]) OR (SELECT slips_is_system()));
CREATE POLICY run_issued ON eng_slips_sliprun FOR ALL
    USING (division_id = ANY ((SELECT slips_divisions('eng_slips.issue'))::bigint[]) OR (SELECT slips_is_system()));

ALTER TABLE eng_slips_slip ENABLE ROW LEVEL SECURITY;
CREATE POLICY slip_seen ON eng_slips_slip FOR SELECT
    USING ((SELECT slips_is_system()) OR EXISTS (SELECT FROM eng_slips_sliprun r WHERE r.id = run_id));
CREATE POLICY slip_issued ON eng_slips_slip FOR ALL
    USING ((SELECT slips_is_system()) OR EXISTS (SELECT FROM eng_slips_sliprun r WHERE r.id = run_id
        AND r.division_id = ANY ((SELECT slips_divisions('eng_slips.issue'))::bigint[])));

ALTER TABLE eng_slips_slippart ENABLE ROW LEVEL SECURITY;
CREATE POLICY part_seen ON eng_slips_slippart FOR SELECT
    USING ((SELECT slips_is_system()) OR EXISTS (SELECT FROM eng_slips_sliprun r WHERE r.id = run_id));
CREATE POLICY part_made ON eng_slips_slippart FOR ALL USING ((SELECT slips_is_system()));

-- A slip that went out says what it said: only the mark that a reissue took its place is added, once.
CREATE FUNCTION slips_guard_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'replaced_at') IS DISTINCT FROM (to_jsonb(OLD) - 'replaced_at')
        OR OLD.replaced_at IS NOT NULL OR NEW.replaced_at IS NULL THEN
        RAISE EXCEPTION 'an issued slip is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER slips_guard_slip BEFORE UPDATE ON eng_slips_slip FOR EACH ROW EXECUTE FUNCTION slips_guard_slip();

-- A reissue follows the slip before it without a gap, and no slip is current beside it.
CREATE FUNCTION slips_guard_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.reissue > 0 AND NOT EXISTS (SELECT FROM eng_slips_slip s WHERE s.free_area = NEW.free_area
        AND s.reissue = NEW.reissue - 1 AND s.replaced_at IS NOT NULL) THEN
        RAISE EXCEPTION 'no slip % with reissue % was replaced', NEW.free_area, NEW.reissue - 1
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER slips_guard_order BEFORE INSERT ON eng_slips_slip FOR EACH ROW EXECUTE FUNCTION slips_guard_order();

CREATE FUNCTION slips_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'terms are written once; later ones begin on a later day' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER slips_guard_terms BEFORE UPDATE OR DELETE ON eng_slips_slipterms
    FOR EACH ROW EXECUTE FUNCTION slips_guard_terms();
