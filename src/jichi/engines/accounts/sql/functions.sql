-- Counts a try; answers how many seconds to wait when there were too many (0 = go on).
CREATE FUNCTION accounts_rate_hit(p_key text, p_limit int, p_seconds int) RETURNS int
    LANGUAGE plpgsql AS $$
DECLARE
    w eng_accounts_ratewindow;
BEGIN
    INSERT INTO eng_accounts_ratewindow AS r (key, started_at, count) VALUES (p_key, clock_timestamp(), 1)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN r.started_at < clock_timestamp() - make_interval(secs => p_seconds) THEN 1 ELSE r.count + 1 END,
        started_at = CASE WHEN r.started_at < clock_timestamp() - make_interval(secs => p_seconds)
            THEN clock_timestamp() ELSE r.started_at END
    RETURNING * INTO w;
    IF w.count <= p_limit THEN RETURN 0; END IF;
    RETURN greatest(1, ceil(extract(epoch FROM w.started_at + make_interval(secs => p_seconds) - clock_timestamp())));
END $$;
