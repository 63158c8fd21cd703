-- A line of a channel's file (book.sql).

CREATE TYPE collection_money AS (
    source text, channel text, key text, paid_on date, amount_yen bigint, kind text
);
