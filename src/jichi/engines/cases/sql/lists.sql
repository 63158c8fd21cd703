-- Lists over a million cases: finding by name through an index.

-- Entries wait in the index's pending list; autovacuum sorts them in, so that sending an application stays cheap.
CREATE INDEX case_by_name ON eng_cases_case USING gin (registry_name_grams(name_folded)) WITH (fastupdate = on);

-- Cases of the looking official's divisions whose name has all these folded words; one character alone begins a name.
-- SECURITY DEFINER with the policy's own predicate: under row security the word index would not be used, since
-- array containment is not leakproof.
CREATE FUNCTION cases_named(p_words text[]) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_pieces text[];
BEGIN
    SELECT array_agg(DISTINCT piece) INTO v_pieces
        FROM unnest(p_words) word, unnest(bigrams(word)) piece WHERE length(word) > 1;
    IF v_pieces IS NULL THEN
        SELECT array_agg('^' || word) INTO v_pieces FROM unnest(p_words) word;
    END IF;
    IF v_pieces IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.id FROM eng_cases_case c
        WHERE registry_name_grams(c.name_folded) @> v_pieces
          AND c.name_folded LIKE ALL (ARRAY(
              SELECT '%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%' FROM unnest(p_words) w))
          AND (cases_is_system() OR c.division_id = ANY (cases_divisions()));
END $$;
