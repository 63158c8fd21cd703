-- What never happens, whatever the code does: a place too many, a seat sold twice, two in a room, a changed list.

CREATE FUNCTION booking_guard_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.taken <> 0 THEN
            RAISE EXCEPTION 'a new item has nobody in it' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NEW.taken <> OLD.taken AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'places are counted, not written' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF (NEW.seated, NEW.offering_id) IS DISTINCT FROM (OLD.seated, OLD.offering_id) THEN
        RAISE EXCEPTION 'an item stays of its kind' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_item BEFORE INSERT OR UPDATE ON eng_booking_item
    FOR EACH ROW EXECUTE FUNCTION booking_guard_item();

-- One room, one booking at a time. Ranges of one number stand for "=", so that no extension is needed.
ALTER TABLE eng_booking_roombooking ADD CONSTRAINT roombooking_no_overlap EXCLUDE USING gist (
    int8range(room_id, room_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (state <> 'released');

-- A draw keeps what was frozen and what came of it; it is never deleted; a second one names the first and a reason.
CREATE FUNCTION booking_guard_draw() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_last bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a draw is not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM eng_booking_offering o WHERE o.id = NEW.offering_id FOR UPDATE;
        SELECT max(d.id) INTO v_last FROM eng_booking_draw d WHERE d.offering_id = NEW.offering_id;
        IF NEW.supersedes_id IS DISTINCT FROM v_last THEN
            RAISE EXCEPTION 'another draw of the same offering names the one before' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.state <> 'frozen' OR NEW.randomness_due_at < NEW.frozen_at + interval '10 minutes' THEN
            RAISE EXCEPTION 'a list is frozen ten minutes before the randomness' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.params_sha256 <> encode(sha256(convert_to(NEW.params, 'UTF8')), 'hex')
            OR NEW.entries_sha256 <> encode(sha256(convert_to(NEW.entries, 'UTF8')), 'hex') THEN
            RAISE EXCEPTION 'a fingerprint is not that of what is frozen' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.offering_id, NEW.draw_id, NEW.params, NEW.params_sha256, NEW.entries, NEW.entries_sha256, NEW.entries_count,
            NEW.rejections, NEW.commitment, NEW.frozen_at, NEW.randomness_due_at, NEW.supersedes_id, NEW.reason)
        IS DISTINCT FROM (OLD.offering_id, OLD.draw_id, OLD.params, OLD.params_sha256, OLD.entries, OLD.entries_sha256,
            OLD.entries_count, OLD.rejections, OLD.commitment, OLD.frozen_at, OLD.randomness_due_at, OLD.supersedes_id, OLD.reason)
        OR (OLD.drawn_at IS NOT NULL AND (NEW.drawn_at, NEW.record, NEW.record_sha256, NEW.previous_sha256)
            IS DISTINCT FROM (OLD.drawn_at, OLD.record, OLD.record_sha256, OLD.previous_sha256))
        OR (OLD.state, NEW.state) NOT IN (('frozen', 'frozen'), ('drawn', 'drawn'), ('void', 'void'), ('frozen', 'drawn'),
            ('frozen', 'void'), ('drawn', 'void')) THEN
        RAISE EXCEPTION 'a frozen draw is not changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_draw BEFORE INSERT OR UPDATE OR DELETE ON eng_booking_draw
    FOR EACH ROW EXECUTE FUNCTION booking_guard_draw();
