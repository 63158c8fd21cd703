-- Writing: SECURITY DEFINER, because who submits may not see the division's row that the act makes.
-- Each answers in one round trip and may be called by other rooms' "submit" functions.

CREATE INDEX search_entry_words ON eng_inbox_searchentry USING gin (bigrams(folded)) WITH (fastupdate = off);

-- Puts one item; the same (owner, p_dedupe) again changes nothing and answers the first item's id.
-- p_dedupe '': at most one open item per owner, kind and subject.
CREATE FUNCTION inbox_put(
    p_account uuid, p_division bigint, p_kind text, p_title jsonb, p_url_path text, p_subject_key text,
    p_due_on date DEFAULT NULL, p_permission text DEFAULT '', p_about text DEFAULT '', p_dedupe text DEFAULT '',
    p_assignee uuid DEFAULT NULL, p_at timestamptz DEFAULT now()
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_key text := p_dedupe;
    v_id bigint;
BEGIN
    IF v_key = '' THEN
        -- The number of earlier, closed ones makes the key: while one is open the key is taken.
        SELECT p_kind || ':' || p_subject_key || ':' || count(*) INTO v_key FROM eng_inbox_workitem w
        WHERE w.subject_key = p_subject_key AND w.kind = p_kind AND w.state = 'done'
          AND w.account_id IS NOT DISTINCT FROM p_account AND w.division_id IS NOT DISTINCT FROM p_division;
    END IF;
    INSERT INTO eng_inbox_workitem (account_id, division_id, assignee_id, kind, title, url_path, subject_key, about,
        permission, due_on, dedupe_key, created_at)
    VALUES (p_account, p_division, p_assignee, p_kind, p_title, p_url_path, p_subject_key, p_about, p_permission,
        p_due_on, v_key, p_at)
    ON CONFLICT DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        IF p_account IS NOT NULL THEN
            SELECT id INTO STRICT v_id FROM eng_inbox_workitem WHERE account_id = p_account AND dedupe_key = v_key;
        ELSE
            SELECT id INTO STRICT v_id FROM eng_inbox_workitem WHERE division_id = p_division AND dedupe_key = v_key;
        END IF;
    END IF;
    RETURN v_id;
END $$;

-- Closes the open items about a subject (of the kinds and owners given; NULL = all); answers how many.
CREATE FUNCTION inbox_close(
    p_subject_key text, p_kinds text[] DEFAULT NULL, p_account uuid DEFAULT NULL, p_division bigint DEFAULT NULL,
    p_at timestamptz DEFAULT now()
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    UPDATE eng_inbox_workitem SET state = 'done', closed_at = p_at
    WHERE subject_key = p_subject_key AND state = 'open'
      AND (p_kinds IS NULL OR kind = ANY (p_kinds))
      AND (p_account IS NULL OR account_id = p_account) AND (p_division IS NULL OR division_id = p_division);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

-- The division's open items about a subject now wait for one official (NULL: for the division again).
CREATE FUNCTION inbox_assign(p_subject_key text, p_assignee uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    UPDATE eng_inbox_workitem SET assignee_id = p_assignee
    WHERE subject_key = p_subject_key AND state = 'open' AND division_id IS NOT NULL
      AND assignee_id IS DISTINCT FROM p_assignee;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

-- Makes or renews one entry. p_folded: words folded by kernel.text.fold_for_search.
CREATE FUNCTION search_put(
    p_key text, p_kind text, p_audience text, p_account uuid, p_division bigint, p_permission text, p_title jsonb,
    p_summary jsonb, p_url_path text, p_about text, p_folded text, p_at timestamptz DEFAULT now()
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO eng_inbox_searchentry AS s (key, kind, audience, account_id, division_id, permission, title, summary,
        url_path, about, folded, updated_at)
    VALUES (p_key, p_kind, p_audience, p_account, p_division, p_permission, p_title, p_summary, p_url_path, p_about,
        p_folded, p_at)
    ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, audience = excluded.audience, account_id = excluded.account_id,
        division_id = excluded.division_id, permission = excluded.permission, title = excluded.title,
        summary = excluded.summary, url_path = excluded.url_path, about = excluded.about, folded = excluded.folded,
        updated_at = excluded.updated_at
    RETURNING id
$$;

CREATE FUNCTION search_remove(p_key text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM eng_inbox_searchentry WHERE key = p_key;
    RETURN FOUND;
END $$;

CREATE FUNCTION search_missed(p_audience text, p_language text, p_query text, p_typed text, p_at timestamptz DEFAULT now())
    RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO eng_inbox_searchmiss AS m (audience, language, query, typed, count, last_at)
    VALUES (p_audience, p_language, p_query, p_typed, 1, p_at)
    ON CONFLICT (audience, language, query) DO UPDATE
        SET count = m.count + 1, typed = excluded.typed, last_at = excluded.last_at
$$;
