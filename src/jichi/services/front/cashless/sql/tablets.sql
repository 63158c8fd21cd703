-- Tablets: seen and written by officials of the counter's division; who registered and revoked one stays.
ALTER TABLE front_cashless_tablet ENABLE ROW LEVEL SECURITY;
CREATE POLICY tablet_seen ON front_cashless_tablet FOR SELECT
    USING ((SELECT cashless_sees_all()) OR desk_id IN (SELECT k.id FROM front_cashless_desk k
        WHERE k.division_id = ANY ((SELECT cashless_divisions('{front_cashless.view}'))::bigint[])));
CREATE POLICY tablet_written ON front_cashless_tablet FOR ALL
    USING ((SELECT cashless_sees_all()) OR desk_id IN (SELECT k.id FROM front_cashless_desk k WHERE k.division_id
        = ANY ((SELECT cashless_divisions('{front_cashless.sell,front_cashless.confirm}'))::bigint[])));

-- A tablet goes registered → paired → revoked, or is revoked at once; its key is given once, nothing is taken back.
CREATE FUNCTION cashless_guard_tablet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL OR (OLD.key_hash <> '' AND NEW.key_hash <> OLD.key_hash)
        OR (NEW.id, NEW.desk_id, NEW.name, NEW.registered_at, NEW.registered_by)
            IS DISTINCT FROM (OLD.id, OLD.desk_id, OLD.name, OLD.registered_at, OLD.registered_by) THEN
        RAISE EXCEPTION 'a tablet is not changed like that'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_tablet_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cashless_guard_tablet BEFORE UPDATE OR DELETE ON front_cashless_tablet
    FOR EACH ROW EXECUTE FUNCTION cashless_guard_tablet();

-- A sale comes from a tablet of its own counter.
CREATE FUNCTION cashless_check_tablet() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM front_cashless_tablet t JOIN front_cashless_deskday d ON d.desk_id = t.desk_id
        WHERE t.id = NEW.tablet_id AND d.id = NEW.day_id AND t.revoked_at IS NULL AND t.key_hash <> '') THEN
        RAISE EXCEPTION 'this tablet does not sell here'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_tablet_of';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cashless_check_tablet AFTER INSERT ON front_cashless_sale
    FOR EACH ROW WHEN (NEW.tablet_id IS NOT NULL) EXECUTE FUNCTION cashless_check_tablet();
