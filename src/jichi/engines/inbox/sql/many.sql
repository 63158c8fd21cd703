-- Several people's items in one statement, as inbox_put puts each; the same (account, key) again changes nothing.
-- p_items: objects of account, kind, title, url_path, subject_key, about, key.
CREATE FUNCTION inbox_put_many(p_items jsonb, p_at timestamptz DEFAULT now()) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO eng_inbox_workitem (account_id, kind, title, url_path, subject_key, about, permission, dedupe_key, created_at)
    SELECT i.account, i.kind, i.title, i.url_path, i.subject_key, i.about, '', i.key, p_at
    FROM jsonb_to_recordset(p_items) AS i(account uuid, kind text, title jsonb, url_path text, subject_key text, about text,
        key text)
    ON CONFLICT DO NOTHING
$$;
