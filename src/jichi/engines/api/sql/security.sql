-- Row security: a stored answer may hold what the client was told; no other client reads it.

ALTER TABLE eng_api_storedanswer ENABLE ROW LEVEL SECURITY;
CREATE POLICY answer_system ON eng_api_storedanswer FOR ALL USING (jichi_setting('actor_kind') = 'system');
CREATE POLICY answer_own ON eng_api_storedanswer FOR ALL
    USING (EXISTS (SELECT FROM eng_api_apiclient c
        WHERE c.id = client_id AND c.account_id::text = jichi_setting('actor_id')));
