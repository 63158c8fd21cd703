-- Replies and marks are there for the platform alone: pages show sums. A reply is never changed.
ALTER TABLE eng_surveys_reply ENABLE ROW LEVEL SECURITY;
CREATE POLICY reply_system ON eng_surveys_reply FOR ALL USING ((SELECT jichi_setting('actor_kind') = 'system'));
ALTER TABLE eng_surveys_mark ENABLE ROW LEVEL SECURITY;
CREATE POLICY mark_system ON eng_surveys_mark FOR ALL USING ((SELECT jichi_setting('actor_kind') = 'system'));

CREATE FUNCTION surveys_guard_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a reply is not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER surveys_guard_reply BEFORE UPDATE ON eng_surveys_reply
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_reply();

-- What was asked stays what was answered.
CREATE FUNCTION surveys_guard_survey() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.questions IS DISTINCT FROM OLD.questions
        AND EXISTS (SELECT FROM eng_surveys_reply r WHERE r.survey_id = OLD.id) THEN
        RAISE EXCEPTION 'an answered questionnaire keeps its questions' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER surveys_guard_survey BEFORE UPDATE ON eng_surveys_survey
    FOR EACH ROW EXECUTE FUNCTION surveys_guard_survey();
