-- Entering looks up single rows by index, always: an offering is made minutes before its rush, nobody has counted its
-- seats yet, and a plan made for a table that was empty then sorts twenty thousand free seats for each one that is taken.
-- Nor are plans made anew for each entry: how many persons come makes no difference to them.
-- booking_enter says so itself, for its whole transaction: foreign keys and seats are checked when that ends, and a server
-- that has counted an empty table reads all of it for each check, thousands of times in the first minute of a rush.
ALTER FUNCTION booking_glance SET enable_seqscan = off;
ALTER FUNCTION booking_glance SET enable_bitmapscan = off;
ALTER FUNCTION booking_glance SET plan_cache_mode = force_generic_plan;
