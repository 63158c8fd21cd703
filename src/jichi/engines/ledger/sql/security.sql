-- Row security: officials see the books of their divisions with "eng_ledger.view", all of them with "eng_ledger.watch".

CREATE FUNCTION ledger_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system' OR (jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? 'eng_ledger.watch');

ALTER TABLE eng_ledger_posting ENABLE ROW LEVEL SECURITY;
CREATE POLICY posting_seen ON eng_ledger_posting FOR SELECT
    USING ((SELECT ledger_sees_all()) OR division_id = ANY ((SELECT ledger_divisions())::bigint[]));
ALTER TABLE eng_ledger_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY entry_seen ON eng_ledger_entry FOR SELECT
    USING ((SELECT ledger_sees_all()) OR division_id = ANY ((SELECT ledger_divisions())::bigint[]));
ALTER TABLE eng_ledger_daysum ENABLE ROW LEVEL SECURITY;
CREATE POLICY daysum_seen ON eng_ledger_daysum FOR SELECT
    USING ((SELECT ledger_sees_all()) OR division_id = ANY ((SELECT ledger_divisions())::bigint[]));

-- The application writes through the functions alone.
REVOKE INSERT, UPDATE, DELETE ON eng_ledger_posting, eng_ledger_entry, eng_ledger_daysum, eng_ledger_close FROM jichi_app;
REVOKE DELETE ON eng_ledger_account FROM jichi_app;
