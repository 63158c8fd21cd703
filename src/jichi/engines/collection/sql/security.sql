-- Row security: officials see and write what their divisions collect, with "eng_collection.view"; the actions ask
-- for more. The platform sees all.

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['assessment', 'instalment', 'receipt'] LOOP
        EXECUTE format('ALTER TABLE eng_collection_%s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY %1$s_own ON eng_collection_%1$s USING ((SELECT collection_is_system()) '
            'OR division_id = ANY ((SELECT collection_divisions())::bigint[]))', t);
    END LOOP;
    EXECUTE 'ALTER TABLE eng_collection_assessmentline ENABLE ROW LEVEL SECURITY';
    EXECUTE 'CREATE POLICY line_seen ON eng_collection_assessmentline USING ((SELECT collection_is_system()) '
        'OR EXISTS (SELECT FROM eng_collection_assessment a WHERE a.id = assessment_id))';
    FOREACH t IN ARRAY ARRAY['change', 'relief', 'limitationevent', 'allocation', 'accrual'] LOOP
        EXECUTE format('ALTER TABLE eng_collection_%s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY %1$s_seen ON eng_collection_%1$s USING ((SELECT collection_is_system()) '
            'OR EXISTS (SELECT FROM eng_collection_instalment i WHERE i.id = instalment_id))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['reversal', 'refund'] LOOP
        EXECUTE format('ALTER TABLE eng_collection_%s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY %1$s_seen ON eng_collection_%1$s USING ((SELECT collection_is_system()) '
            'OR EXISTS (SELECT FROM eng_collection_receipt r WHERE r.id = receipt_id))', t);
    END LOOP;
    EXECUTE 'ALTER TABLE eng_collection_refundpaid ENABLE ROW LEVEL SECURITY';
    EXECUTE 'CREATE POLICY paid_seen ON eng_collection_refundpaid USING ((SELECT collection_is_system()) '
        'OR EXISTS (SELECT FROM eng_collection_refund f WHERE f.id = refund_id))';
    EXECUTE 'ALTER TABLE eng_collection_announced ENABLE ROW LEVEL SECURITY';
    EXECUTE 'CREATE POLICY announced_seen ON eng_collection_announced USING ((SELECT collection_is_system()) '
        'OR EXISTS (SELECT FROM eng_collection_instalment i WHERE i.id = instalment_id))';
END $$;
