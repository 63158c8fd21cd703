-- What changed after a draw is only added to, and only to one that was drawn.
CREATE FUNCTION booking_guard_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.changes = OLD.changes THEN
        RETURN NEW;
    END IF;
    IF NEW.drawn_at IS NULL OR coalesce((SELECT jsonb_agg(e ORDER BY n) FROM jsonb_array_elements(NEW.changes)
        WITH ORDINALITY t (e, n) WHERE n <= jsonb_array_length(OLD.changes)), '[]') <> OLD.changes THEN
        RAISE EXCEPTION 'changes after a draw are added, not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_changes BEFORE UPDATE ON eng_booking_draw
    FOR EACH ROW EXECUTE FUNCTION booking_guard_changes();
