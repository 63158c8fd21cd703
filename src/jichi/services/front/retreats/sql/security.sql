-- Row security: a stay is there for its account, for officials of the division that runs the house, for the desk of the
-- house, and for the system; a registration for its account, the division and the system. Houses and prices are public.

CREATE FUNCTION retreats_divisions(p_right text) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? p_right
        THEN coalesce(nullif(jichi_setting('divisions'), ''), '{}')::bigint[] END;

ALTER TABLE front_retreats_stay ENABLE ROW LEVEL SECURITY;
CREATE POLICY stay_seen ON front_retreats_stay FOR SELECT
    USING (account_id = (SELECT retreats_account()) OR (SELECT jichi_setting('actor_kind') = 'system')
        OR EXISTS (SELECT FROM front_retreats_house h WHERE h.id = house_id
            AND (h.division_id = ANY ((SELECT retreats_divisions('front_retreats.view'))::bigint[])
                OR h.desk_id = ANY ((SELECT retreats_divisions('front_retreats.desk'))::bigint[]))));
CREATE POLICY stay_system ON front_retreats_stay FOR ALL USING ((SELECT jichi_setting('actor_kind') = 'system'));

ALTER TABLE front_retreats_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY member_seen ON front_retreats_member FOR SELECT
    USING (account_id = (SELECT retreats_account()) OR (SELECT jichi_setting('actor_kind') = 'system')
        OR division_id = ANY ((SELECT retreats_divisions('front_retreats.view'))::bigint[]));
CREATE POLICY member_system ON front_retreats_member FOR ALL USING ((SELECT jichi_setting('actor_kind') = 'system'));
