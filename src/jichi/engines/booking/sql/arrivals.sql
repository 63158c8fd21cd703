-- Row security: an arrival is seen with its entry; the platform writes it.
ALTER TABLE eng_booking_ticketread ENABLE ROW LEVEL SECURITY;
CREATE POLICY arrival_seen ON eng_booking_ticketread FOR SELECT
    USING (EXISTS (SELECT FROM eng_booking_entry e WHERE e.id = entry_id));
CREATE POLICY arrival_system ON eng_booking_ticketread FOR ALL USING ((SELECT booking_is_system()));

-- What is kept of a ticket on a device at the door: its token's SHA-256. The token itself stays with who holds it.
CREATE FUNCTION booking_ticket(p_token uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(encode(sha256(convert_to(p_token::text, 'UTF8')), 'hex'), 32);
CREATE INDEX eng_booking_entry_ticket ON eng_booking_entry (offering_id, booking_ticket(token));
