-- Several people's messages with their outbox rows, as messages_enqueue makes each; the same key again changes nothing.
-- p_messages: objects of account, template, params, about, key.
CREATE FUNCTION messages_enqueue_many(p_messages jsonb, p_at timestamptz DEFAULT now()) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH made AS (
        INSERT INTO eng_messages_message (id, dedupe_key, account_id, email, language, template, params, about,
            alert_url_path, created_at)
        SELECT gen_random_uuid(), m.key, m.account, '', '', m.template, m.params, m.about, '', p_at
        FROM jsonb_to_recordset(p_messages) AS m(account uuid, template text, params jsonb, about text, key text)
        ON CONFLICT (dedupe_key) DO NOTHING RETURNING id, account_id
    )
    INSERT INTO eng_messages_delivery (message_id, channel, key, routed, state, next_attempt_at, changed_at)
    SELECT m.id, 'mail', m.id, NOT EXISTS (
        SELECT 1 FROM eng_messages_contactpoint c WHERE c.account_id = m.account_id AND c.ended_at IS NULL
    ), 'pending', p_at, p_at FROM made m
$$;
