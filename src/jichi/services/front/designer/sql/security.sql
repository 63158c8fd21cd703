-- Row security: a design is there for the officials of its division who may design, for the DX office, and the system.

CREATE FUNCTION designer_may(p_key text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? p_key;
CREATE FUNCTION designer_divisions() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN designer_may('front_designer.design.edit') OR designer_may('front_designer.publish')
        THEN coalesce(nullif(jichi_setting('divisions'), ''), '{}')::bigint[] END;
CREATE FUNCTION designer_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system' OR designer_may('front_designer.all');

ALTER TABLE front_designer_design ENABLE ROW LEVEL SECURITY;
CREATE POLICY design_seen ON front_designer_design
    USING ((SELECT designer_sees_all()) OR division_id = ANY ((SELECT designer_divisions())::bigint[]));

ALTER TABLE front_designer_designrevision ENABLE ROW LEVEL SECURITY;
CREATE POLICY revision_seen ON front_designer_designrevision
    USING (EXISTS (SELECT FROM front_designer_design d WHERE d.id = design_id));

ALTER TABLE front_designer_pageedit ENABLE ROW LEVEL SECURITY;
CREATE POLICY edit_seen ON front_designer_pageedit
    USING (EXISTS (SELECT FROM front_designer_design d WHERE d.id = design_id));

-- What was saved once stays as it was saved.
CREATE FUNCTION designer_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a saved revision of a design is never changed';
END $$;
CREATE TRIGGER revision_stays BEFORE UPDATE ON front_designer_designrevision
    FOR EACH ROW EXECUTE FUNCTION designer_history_stays();
