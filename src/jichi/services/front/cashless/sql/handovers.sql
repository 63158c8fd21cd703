-- One slip for the cash of several days: each day stands on one, and a slip is what its days come to.
ALTER TABLE front_cashless_handover ENABLE ROW LEVEL SECURITY;
CREATE POLICY handover_seen ON front_cashless_handover FOR SELECT
    USING ((SELECT cashless_sees_all()) OR desk_id IN (SELECT k.id FROM front_cashless_desk k
        WHERE k.division_id = ANY ((SELECT cashless_divisions('{front_cashless.view}'))::bigint[])));
CREATE POLICY handover_written ON front_cashless_handover FOR ALL USING ((SELECT cashless_sees_all()));

CREATE TRIGGER cashless_keep_handover BEFORE UPDATE OR DELETE ON front_cashless_handover
    FOR EACH ROW EXECUTE FUNCTION cashless_keep();

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
