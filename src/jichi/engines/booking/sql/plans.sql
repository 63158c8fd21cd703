-- Entering looks up single rows by index, always: an offering is made minutes before its rush, nobody has counted its
-- seats yet, and a plan made for a table that was empty then sorts twenty thousand free seats for each one that is taken.
-- Nor are plans made anew for each entry: how many persons come makes no difference to them.
-- Whoever makes booking_enter anew runs this file afterwards.
ALTER FUNCTION booking_enter SET enable_seqscan = off;
ALTER FUNCTION booking_enter SET enable_bitmapscan = off;
ALTER FUNCTION booking_glance SET enable_seqscan = off;
ALTER FUNCTION booking_glance SET enable_bitmapscan = off;
ALTER FUNCTION booking_enter SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION booking_glance SET plan_cache_mode = force_generic_plan;
