-- Files of a million receipts: each line is looked up once, a receipt's number is drawn before it is written, and what
-- a day brought to a division is one posting with a side for each claim.

-- A line of a channel's file beside the instalment that it found.
CREATE TYPE collection_matched AS (
    source text, channel text, key text, kind text, paid_on date, amount_yen bigint, instalment_id bigint, item text,
    division_id bigint, fiscal_year int, is_timely boolean, assessed_yen bigint
);
CREATE FUNCTION collection_files_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 5202612;

-- It answers other columns than once (book.sql).
DROP FUNCTION IF EXISTS collection_book(collection_money[], timestamptz);
