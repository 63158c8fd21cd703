-- Help desks: a visit is there for its account, officials and supporters of the division, and the system. No slot is
-- given more often than there are supporters on duty, whatever the code does.

ALTER TABLE welfare_digital_inclusion_visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY visit_seen ON welfare_digital_inclusion_visit FOR SELECT
    USING (account_id = (SELECT digital_account()) OR (SELECT digital_is_system())
        OR EXISTS (SELECT FROM welfare_digital_inclusion_desk d WHERE d.id = desk_id
            AND d.division_id = ANY ((SELECT digital_desk_divisions())::bigint[])));
CREATE POLICY visit_system ON welfare_digital_inclusion_visit FOR ALL USING ((SELECT digital_is_system()));

-- How many may be there at a moment by booking: 0 where no slot begins. The same as `rules.slots_on`.
CREATE FUNCTION digital_places(p_desk uuid, p_at timestamptz) RETURNS int
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH asked AS (
    SELECT d.id, d.slot_minutes, (p_at AT TIME ZONE 'Asia/Tokyo')::date AS day,
        extract(epoch FROM (p_at AT TIME ZONE 'Asia/Tokyo')::time)::numeric AS t
    FROM welfare_digital_inclusion_desk d WHERE d.id = p_desk AND d.is_open
), found AS (
    SELECT a.slot_minutes, a.t, x.opens, x.closes, x.supporters
    FROM asked a JOIN welfare_digital_inclusion_deskday x ON x.desk_id = a.id AND x.day = a.day
    UNION ALL
    SELECT a.slot_minutes, a.t, h.opens, h.closes, h.supporters
    FROM asked a JOIN welfare_digital_inclusion_deskhours h ON h.desk_id = a.id
        AND h.weekday = extract(isodow FROM a.day)::int - 1
        AND h.valid_from = (SELECT max(n.valid_from) FROM welfare_digital_inclusion_deskhours n
            WHERE n.desk_id = a.id AND n.valid_from <= a.day)
    WHERE NOT EXISTS (SELECT FROM welfare_digital_inclusion_deskday x WHERE x.desk_id = a.id AND x.day = a.day)
)
SELECT coalesce((SELECT f.supporters FROM found f WHERE f.opens IS NOT NULL
    AND f.t >= extract(epoch FROM f.opens) AND f.t + f.slot_minutes * 60 <= extract(epoch FROM f.closes)
    AND (f.t - extract(epoch FROM f.opens)) % (f.slot_minutes * 60) = 0), 0)
$$;

CREATE FUNCTION digital_guard_visit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.lane IS NOT NULL AND (TG_OP = 'INSERT'
        OR (NEW.desk_id, NEW.starts_at, NEW.lane) IS DISTINCT FROM (OLD.desk_id, OLD.starts_at, OLD.lane)
        OR (OLD.state = 'cancelled' AND NEW.state <> 'cancelled'))
        AND NEW.lane > digital_places(NEW.desk_id, NEW.starts_at) THEN
        RAISE EXCEPTION 'no such place at this desk at this time' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER digital_guard_visit BEFORE INSERT OR UPDATE ON welfare_digital_inclusion_visit
    FOR EACH ROW EXECUTE FUNCTION digital_guard_visit();

-- Which lanes of which slots are taken, for everybody to know: moments, no persons.
CREATE FUNCTION digital_taken(p_desks uuid[], p_from timestamptz, p_to timestamptz)
    RETURNS TABLE (desk_id uuid, starts_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT v.desk_id, v.starts_at FROM welfare_digital_inclusion_visit v
WHERE v.desk_id = ANY (p_desks) AND v.starts_at >= p_from AND v.starts_at < p_to AND v.lane IS NOT NULL
    AND v.state <> 'cancelled'
$$;
