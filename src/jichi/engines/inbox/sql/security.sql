-- Row security: who sees and marks what, whatever the code above does.

CREATE FUNCTION inbox_actor() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(jichi_setting('actor_id'), '')::uuid;

CREATE FUNCTION inbox_divisions() RETURNS bigint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff'
        THEN coalesce(nullif(jichi_setting('divisions'), ''), '{}')::bigint[] ELSE '{}' END;

CREATE FUNCTION inbox_permitted(p_key text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN p_key = '' OR (jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? p_key);

CREATE FUNCTION inbox_permissions() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff'
        THEN ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb))
        ELSE '{}' END;

-- A search entry nobody owns is for everybody of its audience who holds its permission.
CREATE FUNCTION search_sees(p_audience text, p_account uuid, p_division bigint, p_permission text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system'
        OR (p_account IS NOT NULL AND p_account = inbox_actor())
        OR (p_account IS NULL AND p_audience = 'resident')
        OR (p_account IS NULL AND jichi_setting('actor_kind') = 'staff' AND inbox_permitted(p_permission)
            AND (p_division IS NULL OR p_division = ANY (inbox_divisions()) OR inbox_permitted('inbox.all_divisions')));

ALTER TABLE eng_inbox_workitem ENABLE ROW LEVEL SECURITY;
-- One's own; one's divisions' as far as one's roles go; with inbox.all_divisions any division's.
-- Sub-selects are worked out once for a statement, and let the planner walk an index in its order.
CREATE POLICY work_item_seen ON eng_inbox_workitem FOR SELECT USING (
    (SELECT jichi_setting('actor_kind') = 'system')
    OR account_id = (SELECT inbox_actor())
    OR ((division_id = ANY ((SELECT inbox_divisions())::bigint[]) OR (division_id IS NOT NULL AND
            (SELECT inbox_permitted('inbox.all_divisions') AND jichi_setting('actor_kind') = 'staff')))
        AND (permission = '' OR permission = ANY ((SELECT inbox_permissions())::text[]))));
CREATE POLICY work_item_marked ON eng_inbox_workitem FOR UPDATE USING (
    (SELECT jichi_setting('actor_kind') = 'system')
    OR account_id = (SELECT inbox_actor())
    OR ((division_id = ANY ((SELECT inbox_divisions())::bigint[]) OR (division_id IS NOT NULL AND
            (SELECT inbox_permitted('inbox.all_divisions') AND jichi_setting('actor_kind') = 'staff')))
        AND (permission = '' OR permission = ANY ((SELECT inbox_permissions())::text[]))));
CREATE POLICY work_item_put ON eng_inbox_workitem FOR INSERT WITH CHECK (jichi_setting('actor_kind') = 'system');
CREATE POLICY work_item_removed ON eng_inbox_workitem FOR DELETE USING (jichi_setting('actor_kind') = 'system');
-- Directly only the mark of having been read; everything else goes through the functions.
REVOKE UPDATE ON eng_inbox_workitem FROM jichi_app;
GRANT UPDATE (read_at) ON eng_inbox_workitem TO jichi_app;

ALTER TABLE eng_inbox_searchentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY search_entry_seen ON eng_inbox_searchentry FOR SELECT
    USING (search_sees(audience, account_id, division_id, permission));
CREATE POLICY search_entry_put ON eng_inbox_searchentry FOR INSERT WITH CHECK (jichi_setting('actor_kind') = 'system');
CREATE POLICY search_entry_removed ON eng_inbox_searchentry FOR DELETE USING (jichi_setting('actor_kind') = 'system');

-- Finding. SECURITY DEFINER with the same predicate as the policy: array containment is not leakproof, so
-- under row security the word index would not be used.
-- p_words: folded words, all must occur; p_number: 受付番号 without hyphen, '' for none.
-- Answers at most p_per_kind rows of each kind, with that kind's count (counted up to p_cap in all).
CREATE FUNCTION search_find(
    p_audience text, p_words text[], p_number text, p_kinds text[], p_per_kind integer, p_cap integer
) RETURNS TABLE (key text, kind text, title jsonb, summary jsonb, url_path text, about text, exact boolean, found bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_pieces text[];
    v_singles text[];
BEGIN
    SELECT array_agg(DISTINCT piece) INTO v_pieces
        FROM unnest(p_words) word, unnest(bigrams(word)) piece WHERE length(word) > 1;
    SELECT array_agg(word) INTO v_singles FROM unnest(p_words) word WHERE length(word) = 1;
    RETURN QUERY
    WITH hit AS (
        (SELECT s.id, true AS is_exact FROM eng_inbox_searchentry s
         WHERE p_number <> '' AND s.about = p_number AND s.audience = p_audience
           AND search_sees(s.audience, s.account_id, s.division_id, s.permission) LIMIT p_cap)
        UNION ALL
        (SELECT s.id, false FROM eng_inbox_searchentry s
         WHERE v_pieces IS NOT NULL AND bigrams(s.folded) @> v_pieces AND s.audience = p_audience
           AND s.folded LIKE ALL (ARRAY(SELECT '%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%'
                                        FROM unnest(p_words) w))
           AND search_sees(s.audience, s.account_id, s.division_id, s.permission) LIMIT p_cap)
        UNION ALL
        (SELECT s.id, false FROM eng_inbox_searchentry s
         WHERE v_pieces IS NULL AND v_singles IS NOT NULL AND s.audience = p_audience
           AND left(s.folded, 32) >= v_singles[1] AND left(s.folded, 32) < v_singles[1] || chr(1114111)
           AND search_sees(s.audience, s.account_id, s.division_id, s.permission) LIMIT p_cap)
    ), once AS (
        SELECT h.id, bool_or(h.is_exact) AS is_exact FROM hit h GROUP BY h.id
    ), ranked AS (
        SELECT s.key, s.kind, s.title, s.summary, s.url_path, s.about, o.is_exact,
            count(*) OVER (PARTITION BY s.kind) AS n,
            row_number() OVER (PARTITION BY s.kind ORDER BY o.is_exact DESC,
                position(p_words[1] IN s.folded), s.updated_at DESC, s.id DESC) AS place
        FROM once o JOIN eng_inbox_searchentry s ON s.id = o.id
        WHERE p_kinds IS NULL OR s.kind = ANY (p_kinds)
    )
    SELECT r.key, r.kind, r.title, r.summary, r.url_path, r.about, r.is_exact, r.n FROM ranked r
    WHERE r.place <= p_per_kind ORDER BY r.kind, r.place;
END $$;
