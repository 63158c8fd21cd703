-- What somebody began or sent without a login goes over to the login they prove afterwards.

-- May this change of owner be: from a guest, by the platform, and nothing else with it?
CREATE FUNCTION forms_goes_over(p_old jsonb, p_new jsonb) RETURNS boolean LANGUAGE sql STABLE
    RETURN jichi_setting('actor_kind') = 'system'
        AND p_old - 'account_id' = p_new - 'account_id'
        AND EXISTS (SELECT FROM eng_accounts_account a WHERE a.id = (p_old ->> 'account_id')::uuid AND a.kind = 'guest');

-- Drafts and submissions of a guest become the account's; answers how many drafts.
-- SECURITY DEFINER: the application itself may never write to a submission.
CREATE FUNCTION forms_hand_over(p_guest uuid, p_account uuid) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n int;
BEGIN
    IF jichi_setting('actor_kind') <> 'system'
        OR NOT EXISTS (SELECT FROM eng_accounts_account a WHERE a.id = p_guest AND a.kind = 'guest')
        OR NOT EXISTS (SELECT FROM eng_accounts_account a WHERE a.id = p_account AND a.kind = 'resident')
    THEN
        RAISE EXCEPTION 'only what is a guest''s goes over, to a resident' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE eng_forms_draft SET account_id = p_account, origin = p_guest::text
        WHERE account_id = p_guest AND submitted_at IS NULL AND corrects_id IS NULL;
    GET DIAGNOSTICS n = ROW_COUNT;
    UPDATE eng_forms_draft SET account_id = p_account WHERE account_id = p_guest;
    UPDATE eng_forms_submission SET account_id = p_account WHERE account_id = p_guest;
    RETURN n;
END $$;

-- Guests without any draft, sent or not, who began before p_before.
CREATE FUNCTION forms_idle_guests(p_before timestamptz, p_limit int) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT a.id FROM eng_accounts_account a
    WHERE a.kind = 'guest' AND a.is_active AND a.created_at < p_before
      AND NOT EXISTS (SELECT FROM eng_forms_draft d WHERE d.account_id = a.id)
    ORDER BY a.created_at LIMIT p_limit
$$;
