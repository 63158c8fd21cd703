-- Clients, keys and limits.

ALTER TABLE eng_api_ratebucket SET UNLOGGED;
ALTER TABLE eng_api_apiclient ADD CONSTRAINT api_client_a_year
    CHECK (ends_on > created_on AND ends_on <= created_on + 366);

-- The account that stands for a client; no password opens it and no login name leads to it.
CREATE FUNCTION api_open_account(p_name text, p_now timestamptz) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO eng_accounts_account
        (id, kind, login, email, name, language, is_active, created_at, password, totp_last_step, enrolment_code,
         session_generation)
    VALUES (gen_random_uuid(), 'partner', NULL, '', p_name, 'ja', true, p_now, '!', 0, '', 0)
    RETURNING id
$$;

-- Who calls, and may it call now? No row: no such key that counts. `wait` > 0: too many calls, come back in so many seconds.
CREATE FUNCTION api_admit(p_prefix text, p_hash text, p_now timestamptz, p_today date)
    RETURNS TABLE (client_id uuid, account_id uuid, name text, division_id bigint, permissions text[],
        per_minute int, tokens double precision, wait double precision)
    LANGUAGE plpgsql AS $$
DECLARE
    c eng_api_apiclient; k eng_api_apikey; rate double precision; most double precision; have double precision;
BEGIN
    SELECT * INTO k FROM eng_api_apikey WHERE prefix = p_prefix AND secret_hash = p_hash AND revoked_at IS NULL;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT * INTO c FROM eng_api_apiclient o WHERE o.id = k.client_id AND o.stopped_at IS NULL AND o.ends_on >= p_today;
    IF NOT FOUND THEN RETURN; END IF;
    rate := c.per_minute / 60.0;
    most := greatest(10, c.per_minute / 4);
    INSERT INTO eng_api_ratebucket AS b (client_id, tokens, at) VALUES (c.id, most, p_now)
        ON CONFLICT ON CONSTRAINT eng_api_ratebucket_pkey DO UPDATE
        SET tokens = least(most, b.tokens + greatest(0, extract(epoch FROM p_now - b.at)) * rate), at = p_now
        RETURNING b.tokens INTO have;
    IF have >= 1 THEN
        UPDATE eng_api_ratebucket b SET tokens = b.tokens - 1 WHERE b.client_id = c.id;
    END IF;
    IF k.last_used_at IS NULL OR abs(extract(epoch FROM p_now - k.last_used_at)) >= 60 THEN
        UPDATE eng_api_apikey u SET last_used_at = p_now WHERE u.id = k.id;
    END IF;
    RETURN QUERY SELECT c.id, c.account_id, c.title, c.division_id, c.permissions, c.per_minute,
        greatest(have - 1, 0), CASE WHEN have >= 1 THEN 0 ELSE greatest((1 - have) / rate, 0.001) END;
END $$;

-- Whose turn is it under this key? Never waits: `mine` false means that another call is being answered.
-- Two statements, so that the second sees what the holder of the lock before us committed.
CREATE FUNCTION api_claim(p_client uuid, p_key text)
    RETURNS TABLE (mine boolean, fingerprint text, status smallint, headers jsonb, body text)
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('api ' || p_client || ' ' || p_key, 0)) THEN
        RETURN QUERY SELECT false, NULL::text, NULL::smallint, NULL::jsonb, NULL::text;
        RETURN;
    END IF;
    RETURN QUERY SELECT true, a.fingerprint, a.status, a.headers, a.body
        FROM (SELECT 1) one LEFT JOIN eng_api_storedanswer a ON a.client_id = p_client AND a.key = p_key;
END $$;
