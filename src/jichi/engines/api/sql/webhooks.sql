-- Webhooks: rows with the event, claims that keep the order of a subject.

-- Tell every subscription that wants this kind, may see it and belongs to a living client of the division.
CREATE FUNCTION api_publish(p_kind text, p_permission text, p_subject text, p_division bigint, p_data jsonb,
    p_now timestamptz) RETURNS int LANGUAGE plpgsql AS $$
DECLARE n int;
BEGIN
    INSERT INTO eng_api_delivery (key, subscription_id, kind, subject, body, created_at, state, failed, next_at, since, tries)
    SELECT made.key, made.id, p_kind, p_subject,
        jsonb_build_object('id', made.key, 'type', p_kind, 'timestamp', p_now, 'data', p_data)::text,
        p_now, 'pending', 0, p_now, p_now, '[]'
    FROM (SELECT s.id, gen_random_uuid() AS key FROM eng_api_subscription s JOIN eng_api_apiclient c ON c.id = s.client_id
        WHERE s.state = 'active' AND p_kind = ANY (s.kinds) AND c.stopped_at IS NULL AND c.division_id = p_division
            AND c.ends_on >= (p_now AT TIME ZONE 'Asia/Tokyo')::date AND p_permission = ANY (c.permissions)) made;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

-- What is due now, at most one of a subject: what comes later waits until what came before is done or given up.
CREATE FUNCTION api_claim_deliveries(p_now timestamptz, p_until timestamptz, p_limit int)
    RETURNS TABLE (id bigint, key uuid, claim uuid, subscription_id uuid, url text, secret bytea, secret_before bytea,
        body text, failed int, since timestamptz)
    LANGUAGE sql AS $$
    WITH due AS (
        SELECT d.id FROM eng_api_delivery d JOIN eng_api_subscription s ON s.id = d.subscription_id
            JOIN eng_api_apiclient c ON c.id = s.client_id
        WHERE d.state = 'pending' AND d.next_at <= p_now AND (d.lease_until IS NULL OR d.lease_until < p_now)
            AND s.state = 'active' AND c.stopped_at IS NULL
            AND NOT EXISTS (SELECT FROM eng_api_delivery e WHERE e.subscription_id = d.subscription_id
                AND e.subject = d.subject AND e.state = 'pending' AND e.id < d.id)
        ORDER BY d.next_at, d.id LIMIT p_limit FOR UPDATE OF d SKIP LOCKED)
    UPDATE eng_api_delivery d SET claim = gen_random_uuid(), lease_until = p_until
    FROM due, eng_api_subscription s WHERE d.id = due.id AND s.id = d.subscription_id
    RETURNING d.id, d.key, d.claim, s.id, s.url, s.secret,
        CASE WHEN s.secret_before_until > p_now THEN s.secret_before END, d.body, d.failed, d.since
$$;
