-- Row security: one's own messages; those of one's divisions; the whole board with messages.board.

CREATE FUNCTION messages_sees(p_account uuid, p_division bigint) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system'
        OR (p_account IS NOT NULL AND p_account = inbox_actor())
        OR (p_division IS NOT NULL AND p_division = ANY (inbox_divisions()))
        OR (jichi_setting('actor_kind') = 'staff' AND inbox_permitted('messages.board'));

ALTER TABLE eng_messages_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY message_seen ON eng_messages_message FOR SELECT USING (messages_sees(account_id, division_id));
CREATE POLICY message_system ON eng_messages_message FOR ALL USING (jichi_setting('actor_kind') = 'system');

ALTER TABLE eng_messages_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY delivery_system ON eng_messages_delivery FOR ALL USING (jichi_setting('actor_kind') = 'system');
CREATE POLICY delivery_seen ON eng_messages_delivery FOR SELECT USING (
    jichi_setting('actor_kind') <> 'system'
    AND EXISTS (SELECT 1 FROM eng_messages_message m WHERE m.id = message_id));

ALTER TABLE eng_messages_contactpreference ENABLE ROW LEVEL SECURITY;
CREATE POLICY contact_preference_own ON eng_messages_contactpreference FOR ALL
    USING (jichi_setting('actor_kind') = 'system' OR account_id = inbox_actor());
