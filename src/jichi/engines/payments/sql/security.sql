-- Row security: a payer sees their own, officials those of their divisions with "eng_payments.view". All writing is
-- the platform's own act, after the actions have asked who may.

ALTER TABLE eng_payments_charge ENABLE ROW LEVEL SECURITY;
CREATE POLICY charge_seen ON eng_payments_charge FOR SELECT
    USING (account_id = (SELECT payments_account()) OR division_id = ANY ((SELECT payments_divisions())::bigint[])
        OR (SELECT payments_is_system()));
CREATE POLICY charge_system ON eng_payments_charge FOR ALL USING ((SELECT payments_is_system()));

ALTER TABLE eng_payments_chargeline ENABLE ROW LEVEL SECURITY;
CREATE POLICY line_seen ON eng_payments_chargeline FOR SELECT
    USING (EXISTS (SELECT FROM eng_payments_charge c WHERE c.id = charge_id));
CREATE POLICY line_system ON eng_payments_chargeline FOR ALL USING ((SELECT payments_is_system()));

ALTER TABLE eng_payments_checkout ENABLE ROW LEVEL SECURITY;
CREATE POLICY checkout_seen ON eng_payments_checkout FOR SELECT
    USING (EXISTS (SELECT FROM eng_payments_charge c WHERE c.id = charge_id));
CREATE POLICY checkout_system ON eng_payments_checkout FOR ALL USING ((SELECT payments_is_system()));

ALTER TABLE eng_payments_payment ENABLE ROW LEVEL SECURITY;
CREATE POLICY payment_seen ON eng_payments_payment FOR SELECT
    USING (EXISTS (SELECT FROM eng_payments_charge c WHERE c.id = charge_id));
CREATE POLICY payment_system ON eng_payments_payment FOR ALL USING ((SELECT payments_is_system()));

ALTER TABLE eng_payments_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY receipt_seen ON eng_payments_receipt FOR SELECT
    USING (EXISTS (SELECT FROM eng_payments_payment p WHERE p.id = payment_id));
CREATE POLICY receipt_system ON eng_payments_receipt FOR ALL USING ((SELECT payments_is_system()));

ALTER TABLE eng_payments_refund ENABLE ROW LEVEL SECURITY;
CREATE POLICY refund_seen ON eng_payments_refund FOR SELECT
    USING (EXISTS (SELECT FROM eng_payments_payment p WHERE p.id = payment_id));
CREATE POLICY refund_system ON eng_payments_refund FOR ALL USING ((SELECT payments_is_system()));

-- What the firm said is for officials; what belongs to no charge is seen by whoever watches over all of them.
ALTER TABLE eng_payments_paymentevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_seen ON eng_payments_paymentevent FOR SELECT
    USING (jichi_setting('actor_kind') = 'staff'
        AND ((charge_id IS NOT NULL AND EXISTS (SELECT FROM eng_payments_charge c WHERE c.id = charge_id))
            OR (charge_id IS NULL
                AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? 'eng_payments.watch')));
CREATE POLICY event_system ON eng_payments_paymentevent FOR ALL USING ((SELECT payments_is_system()));

ALTER TABLE eng_payments_ledgerentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY entry_seen ON eng_payments_ledgerentry FOR SELECT
    USING (jichi_setting('actor_kind') = 'staff' AND EXISTS (SELECT FROM eng_payments_charge c WHERE c.id = charge_id));
CREATE POLICY entry_system ON eng_payments_ledgerentry FOR ALL USING ((SELECT payments_is_system()));
