-- Row security: what somebody told when they entered is there for themselves, officials of the division and the system.

ALTER TABLE front_events_evententry ENABLE ROW LEVEL SECURITY;
CREATE POLICY evententry_seen ON front_events_evententry FOR SELECT
    USING (account_id = (SELECT CASE WHEN jichi_setting('actor_kind') = 'resident'
            THEN nullif(jichi_setting('actor_id'), '')::uuid END)
        OR (SELECT jichi_setting('actor_kind') = 'system')
        OR EXISTS (SELECT FROM front_events_event v WHERE v.id = event_id
            AND v.division_id = ANY ((SELECT events_divisions())::bigint[])));
CREATE POLICY evententry_system ON front_events_evententry FOR ALL
    USING ((SELECT jichi_setting('actor_kind') = 'system'));
