-- Transfers of refunds: what went to the bank is not changed; only its result is added, once.

CREATE FUNCTION collection_guard_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.settled_at IS NOT NULL
        OR to_jsonb(NEW) - 'settled_at' <> to_jsonb(OLD) - 'settled_at' THEN
        RAISE EXCEPTION 'a transfer is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER collection_guard_payout BEFORE UPDATE OR DELETE ON eng_collection_payout
    FOR EACH ROW EXECUTE FUNCTION collection_guard_payout();
CREATE FUNCTION collection_guard_payout_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.result <> '' OR to_jsonb(NEW) - 'result' <> to_jsonb(OLD) - 'result' THEN
        RAISE EXCEPTION 'a line of a transfer is not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER collection_guard_payout_line BEFORE UPDATE OR DELETE ON eng_collection_payoutline
    FOR EACH ROW EXECUTE FUNCTION collection_guard_payout_line();

ALTER TABLE eng_collection_refundaccount ENABLE ROW LEVEL SECURITY;
CREATE POLICY account_seen ON eng_collection_refundaccount USING ((SELECT collection_is_system())
    OR EXISTS (SELECT FROM eng_collection_refund f WHERE f.id = refund_id));
ALTER TABLE eng_collection_payout ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_own ON eng_collection_payout USING ((SELECT collection_is_system())
    OR division_id = ANY ((SELECT collection_divisions())::bigint[]));
ALTER TABLE eng_collection_payoutline ENABLE ROW LEVEL SECURITY;
CREATE POLICY payout_line_seen ON eng_collection_payoutline USING ((SELECT collection_is_system())
    OR EXISTS (SELECT FROM eng_collection_payout p WHERE p.id = payout_id));
