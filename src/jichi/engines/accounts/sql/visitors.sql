-- Session, account and link of a visitor in one row, for statements that answer somebody in a rush. What the session's
-- data say is judged by `visitors.visitor_of`. No more rights than who asks: it is inlined into the statement.
CREATE FUNCTION accounts_visitor(p_session text, p_now timestamptz)
    RETURNS TABLE (session_data text, account_id uuid, kind text, name text, session_generation int, addressee_no text)
    LANGUAGE sql STABLE AS $$
    SELECT s.session_data, a.id, a.kind, a.name, a.session_generation, coalesce((SELECT l.addressee_no
        FROM eng_accounts_personlink l WHERE l.account_id = a.id AND l.state = 'active'), '')
    FROM eng_accounts_session s JOIN eng_accounts_account a ON a.id = s.account_id
    WHERE s.session_key = p_session AND s.expire_date > p_now AND a.is_active
$$;
