-- The chain of a route's acts is kept by the database: nobody can add an act out of order, with another hash,
-- or change one. hash = SHA-256 of (hash before, line feed, body); the route holds number and hash of the last.

CREATE FUNCTION routes_link(p_previous text, p_body text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(sha256(convert_to(p_previous || E'\n' || p_body, 'UTF8')), 'hex');

CREATE FUNCTION routes_keep_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_number int; v_head text;
BEGIN
    SELECT r.version, r.head INTO STRICT v_number, v_head FROM eng_routes_route r WHERE r.id = NEW.route_id FOR UPDATE;
    IF NEW.number <> v_number + 1 OR NEW.previous <> v_head OR NEW.hash <> routes_link(v_head, NEW.body)
        OR NEW.kind <> NEW.body::jsonb ->> 'kind' OR NEW.at <> (NEW.body::jsonb ->> 'at')::timestamptz
        OR NEW.by_id IS DISTINCT FROM (NEW.body::jsonb ->> 'by')::uuid THEN
        RAISE EXCEPTION 'act % does not follow the chain', NEW.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE eng_routes_route SET version = NEW.number, head = NEW.hash WHERE id = NEW.route_id;
    RETURN NULL;
END $$;
CREATE TRIGGER routes_keep_chain AFTER INSERT ON eng_routes_routeact
    FOR EACH ROW EXECUTE FUNCTION routes_keep_chain();

-- Acts are written once. A route's beginning stays what it was; its end too.
CREATE FUNCTION routes_keep_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'acts of a route are not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER routes_keep_act BEFORE UPDATE OR DELETE ON eng_routes_routeact
    FOR EACH ROW EXECUTE FUNCTION routes_keep_act();
CREATE TRIGGER routes_keep_acts BEFORE TRUNCATE ON eng_routes_routeact
    FOR EACH STATEMENT EXECUTE FUNCTION routes_keep_act();

CREATE FUNCTION routes_keep_route() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.spec <> OLD.spec OR NEW.subject <> OLD.subject OR NEW.facts <> OLD.facts
        OR NEW.drafter_id <> OLD.drafter_id OR NEW.division_id <> OLD.division_id
        OR (OLD.closed_at IS NOT NULL AND (NEW.status, NEW.content_hash) IS DISTINCT FROM (OLD.status, OLD.content_hash))
        OR ((NEW.version <> OLD.version OR NEW.head <> OLD.head) AND pg_trigger_depth() < 2) THEN
        RAISE EXCEPTION 'a route changes by its acts only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER routes_keep_route BEFORE UPDATE OR DELETE ON eng_routes_route
    FOR EACH ROW EXECUTE FUNCTION routes_keep_route();
