-- A plan that a second person confirmed stays what they saw; what was carried out stays for good.
CREATE FUNCTION administration_plan_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a plan is cancelled, not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state IN ('done', 'cancelled')
       OR (OLD.state = 'confirmed' AND (NEW.state = 'draft'
           OR (NEW.day, NEW.moves, NEW.answers, NEW.written_by_id, NEW.confirmed_by_id)
               IS DISTINCT FROM (OLD.day, OLD.moves, OLD.answers, OLD.written_by_id, OLD.confirmed_by_id)))
       OR (OLD.state = 'draft' AND NEW.state = 'done') THEN
        RAISE EXCEPTION 'a plan that was confirmed is not rewritten' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_kept BEFORE UPDATE OR DELETE ON office_administration_plan
    FOR EACH ROW EXECUTE FUNCTION administration_plan_kept();

-- Names of officials and what is planned with them are for who administers the house.
CREATE FUNCTION administration_permitted(p_permission text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system' OR (jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? p_permission);
ALTER TABLE office_administration_plan ENABLE ROW LEVEL SECURITY;
CREATE POLICY plan_seen ON office_administration_plan
    USING (administration_permitted('office_administration.organise'));
ALTER TABLE office_administration_peopleload ENABLE ROW LEVEL SECURITY;
CREATE POLICY load_seen ON office_administration_peopleload
    USING (administration_permitted('office_administration.organise'));
