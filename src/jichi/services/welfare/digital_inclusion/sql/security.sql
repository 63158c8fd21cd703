-- Row security: who entered a class is there for themselves, officials of the division, instructors of one of its
-- sessions, and the system. What must never be: more participants than places, attendance of another class.

CREATE FUNCTION digital_teacher() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? 'welfare_digital_inclusion.teach'
        THEN nullif(jichi_setting('actor_id'), '')::uuid END;

ALTER TABLE welfare_digital_inclusion_enrolment ENABLE ROW LEVEL SECURITY;
CREATE POLICY enrolment_seen ON welfare_digital_inclusion_enrolment FOR SELECT
    USING (account_id = (SELECT digital_account()) OR (SELECT digital_is_system())
        OR EXISTS (SELECT FROM welfare_digital_inclusion_course c WHERE c.id = course_id
            AND c.division_id = ANY ((SELECT digital_divisions())::bigint[]))
        OR EXISTS (SELECT FROM welfare_digital_inclusion_session s WHERE s.course_id = welfare_digital_inclusion_enrolment.course_id
            AND s.teacher_id = (SELECT digital_teacher())));
CREATE POLICY enrolment_system ON welfare_digital_inclusion_enrolment FOR ALL USING ((SELECT digital_is_system()));

ALTER TABLE welfare_digital_inclusion_participant ENABLE ROW LEVEL SECURITY;
CREATE POLICY participant_seen ON welfare_digital_inclusion_participant FOR SELECT
    USING (EXISTS (SELECT FROM welfare_digital_inclusion_enrolment e WHERE e.entry_id = enrolment_id));
CREATE POLICY participant_system ON welfare_digital_inclusion_participant FOR ALL USING ((SELECT digital_is_system()));

ALTER TABLE welfare_digital_inclusion_attendance ENABLE ROW LEVEL SECURITY;
CREATE POLICY attendance_seen ON welfare_digital_inclusion_attendance FOR SELECT
    USING (EXISTS (SELECT FROM welfare_digital_inclusion_participant p WHERE p.id = participant_id));
CREATE POLICY attendance_system ON welfare_digital_inclusion_attendance FOR ALL USING ((SELECT digital_is_system()));

CREATE FUNCTION digital_guard_participant() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM welfare_digital_inclusion_enrolment n JOIN eng_booking_entry e ON e.id = n.entry_id
        WHERE n.entry_id = NEW.enrolment_id AND n.course_id = NEW.course_id AND NEW.place <= e.size) THEN
        RAISE EXCEPTION 'no more participants than places, of their own class' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER digital_guard_participant BEFORE INSERT OR UPDATE ON welfare_digital_inclusion_participant
    FOR EACH ROW EXECUTE FUNCTION digital_guard_participant();

CREATE FUNCTION digital_guard_attendance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM welfare_digital_inclusion_participant p JOIN welfare_digital_inclusion_session s
        ON s.course_id = p.course_id JOIN eng_booking_entry e ON e.id = p.enrolment_id
        WHERE p.id = NEW.participant_id AND s.id = NEW.session_id AND e.state = 'placed') THEN
        RAISE EXCEPTION 'who has a place comes to a session of their own class' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER digital_guard_attendance BEFORE INSERT OR UPDATE ON welfare_digital_inclusion_attendance
    FOR EACH ROW EXECUTE FUNCTION digital_guard_attendance();
