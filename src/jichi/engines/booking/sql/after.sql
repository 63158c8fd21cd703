-- The place on the waiting list (1 is next): counts others, shows none of them.
CREATE FUNCTION booking_in_line(p_offering uuid, p_sequence bigint) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT count(*) FROM eng_booking_entry e
        WHERE e.offering_id = p_offering AND e.state = 'waiting' AND e.sequence <= p_sequence);
