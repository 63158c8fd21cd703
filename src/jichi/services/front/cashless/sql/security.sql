-- Row security: officials see days and sales of their divisions' counters, who settles with firms those of all.
CREATE FUNCTION cashless_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system' OR (jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? 'front_cashless.settle');
CREATE FUNCTION cashless_divisions(p_permissions text[]) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ?| p_permissions
        THEN coalesce(nullif(jichi_setting('divisions'), ''), '{}')::bigint[] END;

ALTER TABLE front_cashless_deskday ENABLE ROW LEVEL SECURITY;
CREATE POLICY day_seen ON front_cashless_deskday FOR SELECT
    USING ((SELECT cashless_sees_all()) OR desk_id IN (SELECT k.id FROM front_cashless_desk k
        WHERE k.division_id = ANY ((SELECT cashless_divisions('{front_cashless.view}'))::bigint[])));
CREATE POLICY day_written ON front_cashless_deskday FOR ALL
    USING ((SELECT cashless_sees_all()) OR desk_id IN (SELECT k.id FROM front_cashless_desk k WHERE k.division_id
        = ANY ((SELECT cashless_divisions('{front_cashless.sell,front_cashless.confirm}'))::bigint[])));

ALTER TABLE front_cashless_sale ENABLE ROW LEVEL SECURITY;
CREATE POLICY sale_seen ON front_cashless_sale FOR SELECT
    USING ((SELECT cashless_sees_all()) OR day_id IN (SELECT d.id FROM front_cashless_deskday d));
CREATE POLICY sale_written ON front_cashless_sale FOR ALL
    USING ((SELECT cashless_sees_all()) OR day_id IN (SELECT d.id FROM front_cashless_deskday d
        JOIN front_cashless_desk k ON k.id = d.desk_id
        WHERE k.division_id = ANY ((SELECT cashless_divisions('{front_cashless.sell}'))::bigint[])));

ALTER TABLE front_cashless_saleline ENABLE ROW LEVEL SECURITY;
CREATE POLICY line_seen ON front_cashless_saleline FOR SELECT
    USING (EXISTS (SELECT FROM front_cashless_sale s WHERE s.id = sale_id));
CREATE POLICY line_written ON front_cashless_saleline FOR ALL
    USING (EXISTS (SELECT FROM front_cashless_sale s WHERE s.id = sale_id));
