-- One slip for the cash of several days: each day stands on one, and a slip is what its days come to.
ALTER TABLE front_cashless_handover ENABLE ROW LEVEL SECURITY;
CREATE POLICY handover_seen ON front_cashless_handover FOR SELECT
    USING ((SELECT cashless_sees_all()) OR desk_id IN (SELECT k.id FROM front_cashless_desk k
        WHERE k.division_id = ANY ((SELECT cashless_divisions('{front_cashless.view}'))::bigint[])));
CREATE POLICY handover_written ON front_cashless_handover FOR ALL USING ((SELECT cashless_sees_all()));

CREATE TRIGGER cashless_keep_handover BEFORE UPDATE OR DELETE ON front_cashless_handover
    FOR EACH ROW EXECUTE FUNCTION cashless_keep();

-- As before; from now on a closed day is handed over with its slip, and a day that was handed over stays on its slip.
CREATE OR REPLACE FUNCTION cashless_guard_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.desk_id, NEW."on", NEW.float_yen, NEW.float_pieces, NEW.opened_at)
            IS DISTINCT FROM (OLD.id, OLD.desk_id, OLD."on", OLD.float_yen, OLD.float_pieces, OLD.opened_at)
        OR NEW.last_serial < OLD.last_serial
        OR (NEW.handed_at IS NULL) <> (NEW.handover_id IS NULL)
        OR (OLD.state = 'closed' AND (OLD.handed_at IS NOT NULL
            OR to_jsonb(NEW) - '{handed_at,handed_by,handover_id}'::text[]
                <> to_jsonb(OLD) - '{handed_at,handed_by,handover_id}'::text[])) THEN
        RAISE EXCEPTION 'a day at a counter is not changed like that'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_day_kept';
    END IF;
    RETURN NEW;
END $$;

-- Looked at when the transaction ends: the days of a slip are its counter's and come to its yen.
CREATE FUNCTION cashless_check_handover() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_slip uuid := CASE TG_TABLE_NAME WHEN 'front_cashless_handover' THEN to_jsonb(NEW) ->> 'id'
        ELSE to_jsonb(NEW) ->> 'handover_id' END::uuid;
BEGIN
    IF v_slip IS NOT NULL AND NOT EXISTS (
        SELECT FROM front_cashless_handover h JOIN front_cashless_deskday d ON d.handover_id = h.id
        WHERE h.id = v_slip GROUP BY h.id
        HAVING bool_and(d.desk_id = h.desk_id) AND sum(d.counted_yen - d.float_yen) = h.yen
    ) THEN
        RAISE EXCEPTION 'a slip is what its days come to'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cashless_handover_sum';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cashless_check_handover AFTER INSERT ON front_cashless_handover
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cashless_check_handover();
CREATE CONSTRAINT TRIGGER cashless_check_handed AFTER UPDATE OF handover_id ON front_cashless_deskday
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cashless_check_handover();
