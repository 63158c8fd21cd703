-- What an agent has to send for the days that a file of it speaks of: all that was finally reported for them, by
-- whichever file, under the name that the rooms above book it by.
CREATE FUNCTION bankfiles_remitted(p_file uuid) RETURNS TABLE (source text, remit_on date)
    LANGUAGE sql STABLE SET jit = off AS $$
    SELECT 'bankfiles:' || r.id, r.remit_on
    FROM eng_bankfiles_takenfile f JOIN eng_bankfiles_storereceipt r ON r.partner_id = f.partner_id
    WHERE f.id = p_file AND r.state = 'final' AND r.is_ours AND r.remit_on IN (
        SELECT DISTINCT n.remit_on FROM eng_bankfiles_storereceipt n
        WHERE n.last_file_id = p_file AND n.state = 'final' AND n.remit_on IS NOT NULL)
$$;
