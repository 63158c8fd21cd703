-- Lines of the firm's settlements: seen with their payment, written by the platform, never changed.
ALTER TABLE eng_payments_settledline ENABLE ROW LEVEL SECURITY;
CREATE POLICY settled_seen ON eng_payments_settledline FOR SELECT
    USING (EXISTS (SELECT FROM eng_payments_payment p WHERE p.id = payment_id) OR (SELECT payments_is_system()));
CREATE POLICY settled_system ON eng_payments_settledline FOR ALL USING ((SELECT payments_is_system()));
CREATE TRIGGER payments_keep_settled BEFORE UPDATE OR DELETE ON eng_payments_settledline
    FOR EACH ROW EXECUTE FUNCTION payments_keep();
