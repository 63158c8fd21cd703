-- What never happens, whatever the code does: a place too many, a seat sold twice, two in a room, a changed list.

-- Items count what places say. The check "item_not_oversold" on the counter refuses the place that would be too many.
CREATE FUNCTION booking_count_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_before int := CASE WHEN TG_OP <> 'INSERT' AND OLD.state <> 'released' THEN OLD.size ELSE 0 END;
    v_after int := CASE WHEN TG_OP <> 'DELETE' AND NEW.state <> 'released' THEN NEW.size ELSE 0 END;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.entry_id, NEW.item_id, NEW.size) IS DISTINCT FROM (OLD.entry_id, OLD.item_id, OLD.size) THEN
        RAISE EXCEPTION 'a place stays where it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'released' AND NEW.state <> 'released' THEN
        RAISE EXCEPTION 'what was given back is given anew' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM eng_booking_entry e JOIN eng_booking_item i
        ON i.offering_id = e.offering_id WHERE e.id = NEW.entry_id AND i.id = NEW.item_id AND e.size = NEW.size) THEN
        RAISE EXCEPTION 'a place is for the whole group, of its own offering' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF v_before <> v_after THEN
        UPDATE eng_booking_item SET taken = taken + v_after - v_before
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.item_id ELSE NEW.item_id END AND NOT seated;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_count_place AFTER INSERT OR UPDATE OR DELETE ON eng_booking_place
    FOR EACH ROW EXECUTE FUNCTION booking_count_place();

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

-- A place of a seated item has exactly as many seats of that item as persons, looked at when the transaction ends. A seat
-- is one row with one place: it can't be given twice.
CREATE FUNCTION booking_check_seats() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_place bigint;
    v_wrong boolean;
BEGIN
    FOREACH v_place IN ARRAY CASE TG_TABLE_NAME
        WHEN 'eng_booking_place' THEN ARRAY[(to_jsonb(NEW) ->> 'id')::bigint]
        ELSE ARRAY[(to_jsonb(NEW) ->> 'place_id')::bigint, (to_jsonb(OLD) ->> 'place_id')::bigint] END
    LOOP
        SELECT i.seated AND (SELECT count(*) FILTER (WHERE s.item_id = p.item_id) FROM eng_booking_seat s WHERE s.place_id = p.id)
            <> CASE WHEN p.state = 'released' THEN 0 ELSE p.size END
            OR EXISTS (SELECT FROM eng_booking_seat s WHERE s.place_id = p.id AND (s.item_id <> p.item_id OR NOT i.seated))
        INTO v_wrong FROM eng_booking_place p JOIN eng_booking_item i ON i.id = p.item_id WHERE p.id = v_place;
        IF v_wrong THEN
            RAISE EXCEPTION 'place % has not its seats', v_place USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER booking_check_place AFTER INSERT OR UPDATE ON eng_booking_place
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_check_seats();
CREATE CONSTRAINT TRIGGER booking_check_seat AFTER UPDATE ON eng_booking_seat
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION booking_check_seats();

-- Seats of an item: never more than its capacity.
CREATE FUNCTION booking_guard_seat() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM eng_booking_item i WHERE i.id = NEW.item_id AND i.seated
        AND NEW.number BETWEEN 1 AND i.capacity) THEN
        RAISE EXCEPTION 'no such seat' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_seat BEFORE INSERT OR UPDATE OF item_id, number ON eng_booking_seat
    FOR EACH ROW EXECUTE FUNCTION booking_guard_seat();

-- One room, one booking at a time. Ranges of one number stand for "=", so that no extension is needed.
ALTER TABLE eng_booking_roombooking ADD CONSTRAINT roombooking_no_overlap EXCLUDE USING gist (
    int8range(room_id, room_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (state <> 'released');

-- While a draw counts, its list stands: nobody comes in, and what was frozen of an entry does not change.
CREATE FUNCTION booking_guard_entry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.offering_id, NEW.number, NEW.size, NEW.tier, NEW.weight, NEW.want, NEW.choices)
        IS NOT DISTINCT FROM (OLD.offering_id, OLD.number, OLD.size, OLD.tier, OLD.weight, OLD.want, OLD.choices) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' OR NEW.state = 'applied' THEN
        PERFORM FROM eng_booking_offering o WHERE o.id = NEW.offering_id FOR KEY SHARE;
        IF EXISTS (SELECT FROM eng_booking_draw d WHERE d.offering_id = NEW.offering_id AND d.state <> 'void') THEN
            RAISE EXCEPTION 'the list is frozen' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_guard_entry BEFORE INSERT OR UPDATE ON eng_booking_entry
    FOR EACH ROW EXECUTE FUNCTION booking_guard_entry();

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
