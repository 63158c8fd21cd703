-- Row security: a route is there for its division, the posts above it, its drafter, and whose turn it is or was.

CREATE FUNCTION routes_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff' THEN nullif(jichi_setting('actor_id'), '')::uuid END;
-- Divisions for which one's posts of today have a rank on routes (部長 of a 部), beside one's own.
CREATE FUNCTION routes_served() RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(DISTINCT p.division_id) FROM eng_routes_routepost p
    JOIN eng_accounts_postholding h ON h.post_id = p.post_id
    WHERE h.account_id = nullif(jichi_setting('actor_id'), '')::uuid AND jichi_setting('actor_kind') = 'staff'
        AND h.during @> (now() AT TIME ZONE 'Asia/Tokyo')::date
$$;

ALTER TABLE eng_routes_route ENABLE ROW LEVEL SECURITY;
CREATE POLICY route_seen ON eng_routes_route
    USING ((SELECT routes_is_system()) OR division_id = ANY ((SELECT routes_divisions())::bigint[])
        OR division_id = ANY ((SELECT routes_served())::bigint[])
        OR drafter_id = (SELECT routes_account())
        OR EXISTS (SELECT FROM eng_routes_routeturn t WHERE t.route_id = eng_routes_route.id
            AND t.account_id = (SELECT routes_account())));

ALTER TABLE eng_routes_routeact ENABLE ROW LEVEL SECURITY;
CREATE POLICY act_seen ON eng_routes_routeact
    USING (EXISTS (SELECT FROM eng_routes_route r WHERE r.id = route_id));

-- Whose turn it is and who is away concerns the officials who take part; nobody else has business there.
CREATE FUNCTION routes_takes_part() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system' OR (jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb
            ?| ARRAY['eng_routes.take_part', 'eng_routes.manage']);

ALTER TABLE eng_routes_routeturn ENABLE ROW LEVEL SECURITY;
CREATE POLICY turn_seen ON eng_routes_routeturn
    USING ((SELECT routes_takes_part()));
ALTER TABLE eng_routes_absence ENABLE ROW LEVEL SECURITY;
CREATE POLICY absence_seen ON eng_routes_absence
    USING ((SELECT routes_takes_part()));
