-- One message and its outbox row; the same p_dedupe again changes nothing and answers the first id.
-- SECURITY DEFINER: who causes a message need not be allowed to see it. p_params: see rules.PARAMS.
-- Who can be reached by mail alone is; for others the router chooses the channel right after commit.
CREATE OR REPLACE FUNCTION messages_enqueue(
    p_account uuid, p_template text, p_params jsonb, p_about text, p_dedupe text, p_division bigint DEFAULT NULL,
    p_alert_url_path text DEFAULT '', p_email text DEFAULT '', p_language text DEFAULT '', p_at timestamptz DEFAULT now()
) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    INSERT INTO eng_messages_message (id, dedupe_key, account_id, email, language, template, params, about, division_id,
        alert_url_path, created_at)
    VALUES (gen_random_uuid(), p_dedupe, p_account, p_email, p_language, p_template, p_params, p_about, p_division,
        p_alert_url_path, p_at)
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        SELECT id INTO STRICT v_id FROM eng_messages_message WHERE dedupe_key = p_dedupe;
        RETURN v_id;
    END IF;
    INSERT INTO eng_messages_delivery (message_id, channel, key, routed, state, next_attempt_at, changed_at)
    VALUES (v_id, 'mail', v_id, p_email <> '' OR NOT EXISTS (
        SELECT 1 FROM eng_messages_contactpoint c WHERE c.account_id = p_account AND c.ended_at IS NULL
    ), 'pending', p_at, p_at);
    RETURN v_id;
END $$;

DROP FUNCTION IF EXISTS messages_claim(timestamptz, timestamptz, integer, text);

-- Takes up to p_limit due deliveries of one channel for one pump until p_lease_until. A row found in "sending"
-- belonged to a pump that died or hung: whether it went out is not known, so it counts as uncertain once more.
CREATE FUNCTION messages_claim(
    p_channel text, p_now timestamptz, p_lease_until timestamptz, p_limit integer, p_domain text
) RETURNS TABLE (delivery_id bigint, claim uuid, key uuid, message_id uuid, header_id text, account_id uuid, email text,
        address text, language text, template text, params jsonb, about text, created_at timestamptz, attempts integer,
        uncertain integer)
    LANGUAGE sql AS $$
    WITH waiting AS (
        SELECT p.id, p.next_attempt_at AS at FROM eng_messages_delivery p
        WHERE p.channel = p_channel AND p.state IN ('pending', 'uncertain') AND p.next_attempt_at <= p_now AND p.routed
        ORDER BY p.next_attempt_at, p.id LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), abandoned AS (
        SELECT s.id, s.lease_until AS at FROM eng_messages_delivery s
        WHERE s.channel = p_channel AND s.state = 'sending' AND s.lease_until < p_now
        ORDER BY s.lease_until LIMIT p_limit FOR UPDATE SKIP LOCKED
    ), due AS (
        SELECT d.id FROM (SELECT * FROM waiting UNION ALL SELECT * FROM abandoned) d ORDER BY d.at, d.id LIMIT p_limit
    ), taken AS (
        UPDATE eng_messages_delivery d SET
            uncertain = d.uncertain + CASE WHEN d.state = 'sending' THEN 1 ELSE 0 END,
            state = 'sending', attempts = d.attempts + 1, claim = gen_random_uuid(), lease_until = p_lease_until,
            next_attempt_at = NULL, changed_at = p_now
        FROM due WHERE d.id = due.id
        RETURNING d.id, d.claim, d.key, d.message_id, d.attempts, d.uncertain
    ), named AS (
        UPDATE eng_messages_message m
        SET header_id = coalesce(nullif(m.header_id, ''), '<' || m.id::text || '@' || p_domain || '>')
        FROM taken t WHERE m.id = t.message_id
        RETURNING m.*
    )
    SELECT t.id, t.claim, t.key, n.id, n.header_id, n.account_id, n.email, n.address, n.language, n.template, n.params,
        n.about, n.created_at, t.attempts, t.uncertain
    FROM taken t JOIN named n ON n.id = t.message_id ORDER BY t.id
$$;

-- Contact points and the codes that prove them: a person's own.
ALTER TABLE eng_messages_contactpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY contact_point_own ON eng_messages_contactpoint FOR ALL
    USING (jichi_setting('actor_kind') = 'system' OR account_id = inbox_actor());
ALTER TABLE eng_messages_contactproof ENABLE ROW LEVEL SECURITY;
CREATE POLICY contact_proof_system ON eng_messages_contactproof FOR ALL
    USING (jichi_setting('actor_kind') = 'system');
-- What may say that a number or chat is somebody's is the proof, so only the platform writes it.
CREATE POLICY contact_point_written ON eng_messages_contactpoint AS RESTRICTIVE FOR INSERT
    WITH CHECK (jichi_setting('actor_kind') = 'system');
CREATE POLICY contact_point_changed ON eng_messages_contactpoint AS RESTRICTIVE FOR UPDATE
    USING (jichi_setting('actor_kind') = 'system');
