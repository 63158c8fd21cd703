-- What is counted, one row each, in one partition a month. No address, no browser, no account: `visitor` and `attempt`
-- are numbers made with a salt that is gone after the day.
CREATE TABLE eng_statistics_event (
    minute timestamptz NOT NULL,
    kind text NOT NULL CONSTRAINT event_kind
        CHECK (kind IN ('view', 'started', 'saved', 'error', 'left', 'sent')),
    subject text NOT NULL,
    version bigint NOT NULL,
    page text NOT NULL,
    language text NOT NULL,
    device text NOT NULL,
    plain boolean,
    visitor bigint NOT NULL,
    attempt bigint NOT NULL,
    seconds int
) PARTITION BY RANGE (minute);
CREATE INDEX event_by_minute ON eng_statistics_event USING brin (minute) WITH (pages_per_range = 32);

-- The salt is written to no log, copied to no standby and in no backup by log: a crash of the database ends it.
ALTER TABLE eng_statistics_salt SET UNLOGGED;

-- Partitions of the months from p_from to p_to; those that are there stay.
CREATE FUNCTION statistics_make_partitions(p_from date, p_to date) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_month date := date_trunc('month', p_from)::date; v_name text; v_made int := 0;
BEGIN
    IF p_to > p_from + 400 THEN
        RAISE EXCEPTION 'at most 13 months at once';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('eng_statistics_event'));
    WHILE v_month <= p_to LOOP
        v_name := 'eng_statistics_event_' || to_char(v_month, 'YYYYMM');
        IF to_regclass(v_name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF eng_statistics_event FOR VALUES FROM (%L) TO (%L)', v_name,
                v_month::timestamp AT TIME ZONE 'Asia/Tokyo',
                (v_month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Tokyo');
            v_made := v_made + 1;
        END IF;
        v_month := (v_month + interval '1 month')::date;
    END LOOP;
    RETURN v_made;
END $$;

-- Drops the partitions of the months before p_before; their sums stay. At least a month is kept.
CREATE FUNCTION statistics_drop_partitions(p_before date) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_name text; v_gone int := 0;
BEGIN
    FOR v_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'eng_statistics_event'::regclass
          AND c.relname < 'eng_statistics_event_' || to_char(least(p_before, current_date - 31), 'YYYYMM')
    LOOP
        EXECUTE format('DROP TABLE %I', v_name);
        v_gone := v_gone + 1;
    END LOOP;
    RETURN v_gone;
END $$;

-- Salts of days before p_today are wiped from the disk, not only marked as gone: the table is emptied and today's put back.
CREATE FUNCTION statistics_destroy_salts(p_today date) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_day date; v_value bytea; v_gone int;
BEGIN
    LOCK TABLE eng_statistics_salt IN ACCESS EXCLUSIVE MODE;
    SELECT count(*) INTO v_gone FROM eng_statistics_salt WHERE day < p_today;
    IF v_gone > 0 THEN
        SELECT day, value INTO v_day, v_value FROM eng_statistics_salt WHERE day = p_today;
        TRUNCATE eng_statistics_salt;
        IF v_day IS NOT NULL THEN
            INSERT INTO eng_statistics_salt (day, value) VALUES (v_day, v_value);
        END IF;
    END IF;
    RETURN v_gone;
END $$;

-- Adds up a day's events anew: what stood there is replaced, so twice gives the same. p_bounds: seconds between buckets.
-- People are counted by a first grouping that makes one row of each, which needs no sorting.
CREATE FUNCTION statistics_roll_day(p_day date, p_bounds int[]) RETURNS void LANGUAGE plpgsql
    SET work_mem TO '64MB' SET jit TO off SET max_parallel_workers_per_gather TO 0 AS $$
DECLARE
    v_from timestamptz := p_day::timestamp AT TIME ZONE 'Asia/Tokyo';
    v_to timestamptz := (p_day + 1)::timestamp AT TIME ZONE 'Asia/Tokyo';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('eng_statistics_day'), p_day - DATE '2000-01-01');
    DELETE FROM eng_statistics_tally WHERE source = 'pages' AND day = p_day;
    DELETE FROM eng_statistics_pagetally WHERE day = p_day;
    INSERT INTO eng_statistics_tally (source, day, subject, measure, key, count, people)
    WITH today AS MATERIALIZED (
        SELECT e.kind, e.subject, e.page, e.language, e.device, e.plain, e.visitor, e.attempt
        FROM eng_statistics_event e WHERE e.minute >= v_from AND e.minute < v_to
    ), looked AS (
        SELECT CASE GROUPING(t.subject) WHEN 1 THEN '*' ELSE t.subject END AS subject,
            CASE WHEN GROUPING(t.language) = 0 THEN 'language' WHEN GROUPING(t.device) = 0 THEN 'device' ELSE 'views'
            END AS measure, coalesce(t.language, t.device, '') AS key, t.visitor AS who, count(*) AS n
        FROM today t WHERE t.kind = 'view'
        GROUP BY GROUPING SETS ((t.subject, t.visitor), (t.visitor), (t.subject, t.language, t.visitor),
            (t.language, t.visitor), (t.subject, t.device, t.visitor), (t.device, t.visitor))
    ), came_to AS (
        SELECT CASE GROUPING(t.subject) WHEN 1 THEN '*' ELSE t.subject END AS subject, t.kind AS measure, '' AS key,
            coalesce(nullif(t.attempt, 0), t.visitor) AS who, count(*) AS n
        FROM today t WHERE t.kind IN ('started', 'sent', 'left') AND t.subject <> ''
        GROUP BY GROUPING SETS ((t.subject, t.kind, coalesce(nullif(t.attempt, 0), t.visitor)),
            (t.kind, coalesce(nullif(t.attempt, 0), t.visitor)))
    ), scripts AS (
        SELECT CASE GROUPING(t.subject) WHEN 1 THEN '*' ELSE t.subject END AS subject, 'script' AS measure,
            CASE t.plain WHEN true THEN 'without' ELSE 'with' END AS key, t.attempt AS who, count(*) AS n
        FROM today t WHERE t.kind IN ('saved', 'error', 'left') AND t.plain IS NOT NULL
        GROUP BY GROUPING SETS ((t.subject, t.plain, t.attempt), (t.plain, t.attempt))
    ), places AS (
        SELECT '*' AS subject, 'place' AS measure, t.page AS key, t.visitor AS who, count(*) AS n
        FROM today t WHERE t.kind = 'view' AND t.subject = '' AND t.page <> '' GROUP BY t.page, t.visitor
    )
    SELECT 'pages', p_day, a.subject, a.measure, a.key, sum(a.n), count(*) FILTER (WHERE a.who <> 0)
    FROM (SELECT * FROM looked UNION ALL SELECT * FROM came_to UNION ALL SELECT * FROM scripts
        UNION ALL SELECT * FROM places) a
    WHERE a.subject <> '' GROUP BY a.subject, a.measure, a.key;
    INSERT INTO eng_statistics_pagetally (day, subject, version, page, reached, went_on, erred, errors, times)
    WITH known AS MATERIALIZED (
        SELECT e.subject, e.version, e.page, coalesce(nullif(e.attempt, 0), e.visitor) AS who,
            bool_or(e.kind IN ('saved', 'sent', 'started')) AS went_on, count(*) FILTER (WHERE e.kind = 'error') AS errors
        FROM eng_statistics_event e
        WHERE e.minute >= v_from AND e.minute < v_to AND e.subject <> '' AND e.page <> '' AND e.version > 0
        GROUP BY 1, 2, 3, 4
    ), taken AS MATERIALIZED (
        SELECT b.subject, b.version, b.page, jsonb_object_agg(b.bucket, b.n) AS times
        FROM (SELECT e.subject, e.version, e.page, width_bucket(e.seconds, p_bounds) AS bucket, count(*) AS n
            FROM eng_statistics_event e WHERE e.minute >= v_from AND e.minute < v_to AND e.kind IN ('saved', 'sent')
                AND e.subject <> '' AND e.page <> '' AND e.version > 0 AND e.seconds IS NOT NULL GROUP BY 1, 2, 3, 4) b
        GROUP BY 1, 2, 3
    ), summed AS (
        SELECT k.subject, k.version, k.page, count(*) AS reached, count(*) FILTER (WHERE k.went_on) AS went_on,
            count(*) FILTER (WHERE k.errors > 0) AS erred, sum(k.errors) AS errors
        FROM known k GROUP BY 1, 2, 3
    )
    SELECT p_day, s.subject, s.version, s.page, s.reached, s.went_on, s.erred, s.errors, coalesce(t.times, '{}')
    FROM summed s LEFT JOIN taken t USING (subject, version, page);
END $$;

-- What was observed stays as it was observed.
CREATE FUNCTION statistics_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are not changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER statistics_keep_observation BEFORE UPDATE OR DELETE ON eng_statistics_observation
    FOR EACH ROW EXECUTE FUNCTION statistics_keep();

SELECT statistics_make_partitions(current_date - 70, current_date + 70);
