-- A wording stays as it stood on notices: from its first day on it is neither changed nor deleted.

CREATE FUNCTION nursery_keep_wording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.valid_from < (current_timestamp AT TIME ZONE 'Asia/Tokyo')::date THEN
        RAISE EXCEPTION 'a wording in force stays as it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER nursery_keep_wording BEFORE UPDATE OR DELETE ON family_nursery_remedytext
    FOR EACH ROW EXECUTE FUNCTION nursery_keep_wording();
