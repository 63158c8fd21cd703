-- One job into the queue, inside the caller's transaction; other rooms' "submit" functions call it too.
-- p_args: ids only. p_lock: jobs with the same lock never run at the same time.
CREATE FUNCTION jobs_defer(
    p_task text, p_args jsonb DEFAULT '{}', p_queue text DEFAULT 'default', p_lock text DEFAULT NULL,
    p_at timestamptz DEFAULT NULL
) RETURNS bigint LANGUAGE sql AS $$
    SELECT (procrastinate_defer_jobs_v1(ARRAY[
        ROW(p_queue, p_task, 0, p_lock, NULL, p_args, p_at)::procrastinate_job_to_defer_v1]))[1]
$$;

-- Takes back the jobs of workers that no longer give a sign of life (killed, cut off). Jobs of tasks in
-- p_repeatable go back into the queue while they have tries left; the others end as failed.
CREATE FUNCTION jobs_reap(p_silent_for double precision, p_repeatable text[], p_tries integer[])
    RETURNS TABLE (job_id bigint, task text, verdict text) LANGUAGE plpgsql AS $$
DECLARE
    j record;
    place integer;
BEGIN
    FOR j IN
        SELECT q.id, q.task_name, q.attempts FROM procrastinate_jobs q
        LEFT JOIN procrastinate_workers w ON w.id = q.worker_id
        WHERE q.status = 'doing'
          AND (w.id IS NULL OR w.last_heartbeat < clock_timestamp() - make_interval(secs => p_silent_for))
        ORDER BY q.id FOR UPDATE OF q SKIP LOCKED
    LOOP
        place := array_position(p_repeatable, j.task_name::text);
        job_id := j.id; task := j.task_name;
        IF place IS NOT NULL AND j.attempts < p_tries[place] THEN
            PERFORM procrastinate_retry_job_v2(j.id, clock_timestamp(), NULL, NULL, NULL);
            verdict := 'retried';
        ELSE
            PERFORM procrastinate_finish_job_v1(j.id, 'failed', false);
            verdict := 'failed';
        END IF;
        RETURN NEXT;
    END LOOP;
    DELETE FROM procrastinate_workers w
    WHERE w.last_heartbeat < clock_timestamp() - make_interval(secs => p_silent_for * 10)
      AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs q WHERE q.worker_id = w.id AND q.status = 'doing');
END $$;
