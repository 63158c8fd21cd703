-- Requests of account transfers and their results.

ALTER TABLE eng_bankfiles_transferrequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY request_seen ON eng_bankfiles_transferrequest FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY request_system ON eng_bankfiles_transferrequest FOR ALL USING ((SELECT bankfiles_is_system()));
ALTER TABLE eng_bankfiles_transferline ENABLE ROW LEVEL SECURITY;
CREATE POLICY line_seen ON eng_bankfiles_transferline FOR SELECT
    USING ((SELECT bankfiles_may_view()) OR (SELECT bankfiles_is_system()));
CREATE POLICY line_system ON eng_bankfiles_transferline FOR ALL USING ((SELECT bankfiles_is_system()));

-- A line keeps what was asked for; its result is written once.
CREATE FUNCTION bankfiles_keep_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.result <> '' OR to_jsonb(NEW) - 'result' <> to_jsonb(OLD) - 'result' THEN
        RAISE EXCEPTION 'what a bank was asked for stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bankfiles_keep_line BEFORE UPDATE OR DELETE ON eng_bankfiles_transferline
    FOR EACH ROW EXECUTE FUNCTION bankfiles_keep_line();

-- What a file changed in the books, one row for each receipt: provisional (paid, being confirmed), final (book it, on
-- the day paid) or cancelled (the provisional mark goes). `key` is the free area of the slip without the agent's
-- digits, zeros on its right; `channel` the partner's code. Receipts that wait for a person are not among them.
-- And what a bank's result brought: transferred lines are final on the transfer day, their key is the
-- customer number of 20 digits.
CREATE OR REPLACE FUNCTION bankfiles_to_book(p_file uuid) RETURNS TABLE (receipt_id bigint, channel text, key text,
    reissue int, paid_on date, amount_yen bigint, kind text) LANGUAGE sql STABLE AS $$
    SELECT r.id, p.code::text, substr(r.barcode, 9 + length(coalesce(p.terms ->> 'prefix', '')),
            21 - length(coalesce(p.terms ->> 'prefix', ''))),
        substr(r.barcode, 30, 1)::int, r.paid_on, r.amount_yen::bigint, r.state
    FROM eng_bankfiles_storereceipt r JOIN eng_bankfiles_partner p ON p.id = r.partner_id
    WHERE r.last_file_id = p_file AND r.is_ours AND r.state <> 'held'
    UNION ALL
    SELECT l.id, p.code::text, l.customer_no, 0, q.day, l.amount_yen, 'final'
    FROM eng_bankfiles_transferrequest q JOIN eng_bankfiles_partner p ON p.id = q.partner_id
        JOIN eng_bankfiles_transferline l ON l.request_id = q.id
    WHERE q.answer_id = p_file AND l.result = '0'
$$;
